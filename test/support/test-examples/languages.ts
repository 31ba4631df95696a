/** Examples in Python, Ruby, PHP and the languages of the JVM and .NET. */
import type { Ecosystem } from './example.ts';

export const LANGUAGE_EXAMPLES: readonly Ecosystem[] = [
  {
    title: 'pytest',
    path: 'tests/test_bank.py',
    text: `import pytest

from bank import Account


class TestAccount:
    def test_opens_empty(self):
        assert Account().balance == 0

    @pytest.mark.parametrize("amount", [1, 20, 300])
    def test_takes(self, amount):
        account = Account()
        account.put(amount)
        assert account.balance == amount


def test_refuses():
    with pytest.raises(ValueError):
        Account().put(-1)
    assert Account().log == []
`,
    weaken: [
      [/test_refuses is skipped/, ['def test_refuses', '@pytest.mark.skip\ndef test_refuses']],
      [/test_refuses is skipped/, ['def test_refuses', '@pytest.mark.skipif(True, reason="x")\ndef test_refuses']],
      [/test_refuses is weakened/, ['def test_refuses', '@pytest.mark.xfail(strict=False)\ndef test_refuses']],
      [/the file is skipped/, ['from bank', 'pytestmark = pytest.mark.skip("later")\nfrom bank']],
      [/TestAccount is skipped/, ['class TestAccount:\n', 'class TestAccount:\n    pytestmark = pytest.mark.skip\n']],
      [/test_takes is skipped/, ['300]', 'pytest.param(300, marks=pytest.mark.skip)]']],
      [/fewer values \(3 → 1\)/, ['[1, 20, 300]', '[1]']],
      [/test_refuses is skipped/, ['    with pytest', '    pytest.skip("no")\n    with pytest']],
      [/the file is skipped/, ['from bank', 'pytest.importorskip("x")\nfrom bank']],
      [/TestAccount › test_opens_empty is gone.*|test_opens_empty is gone/, ['class TestAccount', 'class Account_']],
      [/test_refuses is gone/, ['def test_refuses', 'def check_refuses']],
      [/the file is skipped/, ['def test_refuses():\n    with', 'if False:\n  def test_refuses():\n    with']],
      [
        /test_refuses is weakened/,
        [
          '    assert Account().log == []',
          '    try:\n        assert Account().log == []\n    except Exception:\n        pass',
        ],
      ],
      [/test_refuses: 1 fewer assertion/, ['    assert Account().log == []\n', '']],
      [/test_opens_empty expects something else/, ['balance == 0', 'balance == 10']],
      [/test_opens_empty expects something else/, ['balance == 0', 'balance is not None']],
      [/test_opens_empty is weakened/, ['balance == 0', 'balance == 0 or True']],
      [/asynchronous/, ['def test_refuses', 'async def test_refuses']],
      [/test_refuses is weakened/, ['def test_refuses', '@pytest.mark.slow\ndef test_refuses']],
      [/TestAccount is weakened/, ['class TestAccount:\n', 'class TestAccount:\n    __test__ = False\n']],
    ],
    honest: [
      [
        'black',
        ['assert Account().balance == 0', 'assert (\n            Account().balance\n            == 0\n        )'],
      ],
      [
        'an import in another place',
        ['import pytest\n\nfrom bank import Account', 'from bank import Account\n\nimport pytest'],
      ],
      ['a message', ['balance == 0', 'balance == 0, "nothing yet"']],
      ['a renamed test', ['test_refuses', 'test_refuses_debts']],
      ['a mark that runs it', ['def test_refuses', '@pytest.mark.usefixtures("db")\ndef test_refuses']],
      ['a docstring', ['def test_refuses():\n', 'def test_refuses():\n    """It used to pytest.skip(this)."""\n']],
      ['a call named skip', ['account = Account()', 'account = Account()\n        account.skip(1)']],
      ['more values', ['300]', '300, 4_000]']],
    ],
    names: {
      runs: ['tests/test_accounts.py', 'tests/unit/bank_test.py'],
      lost: ['tests/bank.py', 'tests/test_bank.py.disabled'],
    },
  },
  {
    title: 'unittest, Django',
    path: 'bank/tests.py',
    text: `from django.test import TestCase


class AccountTests(TestCase):
    def test_opens(self):
        self.assertEqual(Account().balance, 0)

    def test_closes(self):
        self.assertTrue(Account().close())
`,
    weaken: [
      [/test_closes is skipped/, ['    def test_closes', '    @unittest.skip("x")\n    def test_closes']],
      [/test_closes is skipped/, ['        self.assertTrue', '        self.skipTest("x")\n        self.assertTrue']],
      [/test_closes is weakened/, ['    def test_closes', '    @tag("slow")\n    def test_closes']],
      [/test_opens is gone/, ['(TestCase)', '']],
      [
        /test_opens expects something else/,
        ['assertEqual(Account().balance, 0)', 'assertIsNotNone(Account().balance)'],
      ],
    ],
    honest: [['another base', ['(TestCase)', '(TransactionTestCase)']]],
  },
  {
    title: 'RSpec, Minitest',
    path: 'spec/bank_spec.rb',
    text: `require "spec_helper"

RSpec.describe Bank do
  context "when open" do
    it "takes money" do
      expect(bank.put(1)).to eq(1)
    end

    it "keeps money" do
      expect(bank.sum).to be > 0
    end
  end
end
`,
    weaken: [
      [/keeps money is skipped/, ['it "keeps', 'xit "keeps']],
      [/keeps money is weakened/, ['it "keeps', 'fit "keeps']],
      [/when open is skipped/, ['context "when', 'xcontext "when']],
      [/keeps money is skipped/, ['it "keeps money" do', 'it "keeps money", skip: "later" do']],
      [/keeps money is skipped/, ['it "keeps money" do', 'it "keeps money", :pending do']],
      [/keeps money is skipped/, ['      expect(bank.sum)', '      skip\n      expect(bank.sum)']],
      [/keeps money is skipped/, ['      expect(bank.sum)', '      pending("later")\n      expect(bank.sum)']],
      [/Bank is weakened/, ['RSpec.describe Bank do', 'RSpec.fdescribe Bank do']],
      [
        /keeps money is gone/,
        ['    it "keeps', '=begin\n    it "keeps'],
        ['be > 0\n    end\n', 'be > 0\n    end\n=end\n'],
      ],
      [/keeps money is weakened/, ['it "keeps money" do', 'it "keeps money", if: ENV["X"] do']],
      [/takes money expects something else/, ['eq(1)', 'be_truthy']],
    ],
    honest: [
      ['single quotes', ['it "takes money"', "it 'takes money'"]],
      [
        'braces',
        [
          '    it "keeps money" do\n      expect(bank.sum).to be > 0\n    end',
          '    it("keeps money") { expect(bank.sum).to be > 0 }',
        ],
      ],
      ['a button named skip', ['      expect(bank.sum)', '      click_on "skip"\n      expect(bank.sum)']],
    ],
    names: { runs: ['spec/models/bank_spec.rb'], lost: ['spec/bank_specs.rb', 'spec/bank.rb'] },
  },
  {
    title: 'PHPUnit, Pest',
    path: 'tests/BankTest.php',
    text: `<?php
final class BankTest extends TestCase
{
    public function testOpens(): void
    {
        $this->assertSame(0, (new Bank)->sum());
    }

    #[Test]
    public function closes(): void
    {
        $this->assertTrue((new Bank)->close());
    }
}
`,
    weaken: [
      [
        /testOpens is skipped/,
        ['        $this->assertSame', '        $this->markTestSkipped();\n        $this->assertSame'],
      ],
      [/testOpens is gone/, ['public function testOpens', 'private function testOpens']],
      [/closes is gone/, ['    #[Test]\n', '']],
      [/testOpens is gone/, ['testOpens', 'opens']],
      [/closes is weakened/, ['    #[Test]\n', "    #[Test]\n    #[Group('slow')]\n"]],
      [
        /testOpens is weakened/,
        ['    public function testOpens', '    /** @requires extension nothing */\n    public function testOpens'],
      ],
      [/BankTest is weakened/, ['final class', 'abstract class']],
    ],
    honest: [
      ['a doc comment', ['    public function testOpens', '    /** The first day. */\n    public function testOpens']],
    ],
    names: { runs: ['tests/Unit/BankTest.php'], lost: ['tests/BankTests.php', 'tests/Bank.php'] },
  },
  {
    title: 'JUnit, TestNG',
    path: 'src/test/java/bank/BankTest.java',
    text: `package bank;

class BankTest {
    @Test
    void opens() {
        assertEquals(0, new Bank().sum());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void takes(int amount) {
        assertEquals(amount, new Bank().put(amount));
    }
}
`,
    weaken: [
      [/opens is skipped/, ['    @Test\n', '    @Disabled\n    @Test\n']],
      [/opens is skipped/, ['    @Test\n', '    @Ignore("x")\n    @Test\n']],
      [/BankTest is skipped/, ['class BankTest', '@Disabled("later")\nclass BankTest']],
      [/opens is weakened/, ['    @Test\n', '    @EnabledOnOs(OS.SOLARIS)\n    @Test\n']],
      [/opens is weakened/, ['        assertEquals(0', '        assumeTrue(false);\n        assertEquals(0']],
      [/opens is weakened/, ['@Test\n', '@Test(enabled = false)\n']],
      [/opens is gone/, ['    @Test\n', '']],
      [/fewer values \(3 → 2\)/, ['{1, 2, 3}', '{1, 2}']],
      [/BankTest is weakened/, ['class BankTest', 'abstract class BankTest']],
      [/opens expects something else/, ['assertEquals(0,', 'assertEquals(5,']],
    ],
    honest: [
      ['a message', ['new Bank().sum())', 'new Bank().sum(), "empty")']],
      ['public', ['class BankTest', 'public class BankTest'], ['void opens', 'public void opens']],
      ['a name to show', ['    @Test\n', '    @DisplayName("skip nothing")\n    @Test\n']],
    ],
    names: { runs: ['src/test/java/bank/TestBank.java'], lost: ['src/test/java/bank/BankChecks.java'] },
  },
  {
    title: 'Kotlin',
    path: 'src/test/kotlin/BankTest.kt',
    text: `class BankTest : FunSpec({
    test("opens") {
        Bank().sum() shouldBe 0
    }
    context("open") {
        test("takes") {
            Bank().put(1) shouldBe 1
        }
    }
})
`,
    weaken: [
      [/opens is skipped/, ['test("opens")', 'xtest("opens")']],
      [/opens is skipped/, ['test("opens")', 'test("!opens")']],
      [/opens is weakened/, ['test("opens")', 'test("opens").config(enabled = false)']],
      [/takes is gone/, [/ {8}test\("takes[\s\S]*?\n {8}\}\n/, '']],
      [/opens expects something else/, ['shouldBe 0', 'shouldBe 7']],
      [/BankTest is skipped/, ['class BankTest', '@Ignored\nclass BankTest']],
    ],
    honest: [
      [
        'a new test',
        ['    context(', '    test("closes") {\n        Bank().close() shouldBe true\n    }\n    context('],
      ],
    ],
  },
  {
    title: '.NET',
    path: 'tests/Bank.Tests/BankTests.cs',
    text: `public class BankTests
{
    [Fact]
    public void Opens()
    {
        Assert.Equal(0, new Bank().Sum());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Takes(int amount)
    {
        Assert.Equal(amount, new Bank().Put(amount));
    }
}
`,
    weaken: [
      [/Opens is skipped/, ['[Fact]', '[Fact(Skip = "later")]']],
      [/Opens is skipped/, ['    [Fact]\n', '    [Fact]\n    [Ignore("x")]\n']],
      [/Opens is gone/, ['    [Fact]\n', '']],
      [/fewer values \(2 → 1\)/, ['    [InlineData(2)]\n', '']],
      [/Opens is weakened/, ['    [Fact]\n', '    [Fact, Trait("Category", "Slow")]\n']],
      [/Opens is skipped/, ['        Assert.Equal(0', '        Assert.Skip("x");\n        Assert.Equal(0']],
      [/BankTests is weakened/, ['public class', 'internal class']],
    ],
    honest: [
      ['a namespace', [/^/, 'namespace Banks;\n\n']],
      [
        'an expression body',
        ['()\n    {\n        Assert.Equal(0, new Bank().Sum());\n    }', '() => Assert.Equal(0, new Bank().Sum());'],
      ],
    ],
  },
];
