/** Examples in Go, Rust, Swift, Elixir, C++ and others. */
import type { Ecosystem } from './example.ts';

export const SYSTEMS: readonly Ecosystem[] = [
  {
    title: 'Go',
    path: 'bank/bank_test.go',
    text: `package bank

func TestOpens(t *testing.T) {
	if got := Sum(); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestTakes(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   int
	}{
		{"one", 1},
		{"two", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.in, Put(tt.in))
		})
	}
}
`,
    weaken: [
      [/TestOpens is skipped/, ['\tif got', '\tt.Skip()\n\tif got']],
      [/TestOpens is gone/, ['func TestOpens', 'func testOpens']],
      [/the file is weakened/, ['package bank', '//go:build never\n\npackage bank']],
      [/TestOpens expects something else/, ['got != 0', 'got != 5']],
      [/fewer values \(2 → 1\)/, ['\t\t{"two", 2},\n', '']],
      [/TestOpens: 1 fewer assertion/, ['\t\tt.Errorf("got %d", got)\n', '']],
      [/TestOpens is skipped/, ['\tif got', '\treturn\n\tif got']],
    ],
    honest: [
      ['other words', ['"got %d"', '"sum is %d, not nothing"']],
      [
        'a subtest',
        [
          '\tif got := Sum(); got != 0 {\n\t\tt.Errorf("got %d", got)\n\t}',
          '\tt.Run("first", func(t *testing.T) {\n\t\tif got := Sum(); got != 0 {\n\t\t\tt.Errorf("got %d", got)\n\t\t}\n\t})',
        ],
      ],
    ],
    names: { runs: ['bank/sum_test.go'], lost: ['bank/bank_tests.go', 'bank/_bank_test.go'] },
  },
  {
    title: 'Rust',
    path: 'src/bank.rs',
    text: `pub fn sum() -> i32 { 0 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens() {
        assert_eq!(sum(), 0);
    }
}
`,
    weaken: [
      [/opens is skipped/, ['    #[test]\n', '    #[test]\n    #[ignore]\n']],
      [/opens is gone/, ['    #[test]\n', '']],
      [/opens is weakened/, ['    #[test]\n', '    #[test]\n    #[cfg(feature = "slow")]\n']],
      [/opens is weakened/, ['    #[test]\n', '    #[test]\n    #[should_panic]\n']],
      [/opens expects something else/, ['sum(), 0', 'sum(), 1']],
    ],
    honest: [['more code', ['pub fn sum', 'pub fn ignore() {}\npub fn sum']]],
  },
  {
    title: 'Swift',
    path: 'Tests/BankTests/BankTests.swift',
    text: `final class BankTests: XCTestCase {
    func testOpens() throws {
        XCTAssertEqual(Bank().sum, 0)
    }

    @Test func closes() {
        #expect(Bank().isClosed)
    }
}
`,
    weaken: [
      [/testOpens is skipped/, ['        XCTAssert', '        throw XCTSkip("x")\n        XCTAssert']],
      [/closes is skipped/, ['@Test func', '@Test(.disabled()) func']],
      [/testOpens is gone/, ['func testOpens', 'func opens']],
      [
        /closes is weakened/,
        ['        #expect(Bank().isClosed)', '        withKnownIssue { #expect(Bank().isClosed) }'],
      ],
    ],
    honest: [['a name', ['@Test func', '@Test("it closes") func']]],
  },
  {
    title: 'Elixir',
    path: 'test/bank_test.exs',
    text: `defmodule BankTest do
  use ExUnit.Case

  describe "open" do
    test "takes" do
      assert Bank.put(1) == 1
    end
  end
end
`,
    weaken: [
      [/takes is skipped/, ['    test "takes"', '    @tag :skip\n    test "takes"']],
      [/takes is gone/, [/ {4}test[\s\S]*?\n {4}end\n/, '']],
      [/takes expects something else/, ['== 1', '== 2']],
    ],
    honest: [['a tag', ['    test "takes"', '    @tag timeout: 1000\n    test "takes"']]],
    names: { runs: ['test/bank/put_test.exs'], lost: ['test/bank_test.ex', 'test/bank_tests.exs'] },
  },
  {
    title: 'C++',
    path: 'test/bank_test.cc',
    text: `TEST(Bank, Opens) {
  EXPECT_EQ(Sum(), 0);
}

TEST_CASE("takes", "[bank]") {
  REQUIRE(Put(1) == 1);
}
`,
    weaken: [
      [/Bank, Opens is skipped/, ['  EXPECT_EQ', '  GTEST_SKIP();\n  EXPECT_EQ']],
      [/is skipped/, ['TEST(Bank, Opens)', 'TEST(Bank, DISABLED_Opens)']],
      [/takes is skipped/, ['"[bank]"', '"[.][bank]"']],
      [/takes: 1 fewer assertion/, ['  REQUIRE(Put(1) == 1);\n', '']],
      [/Bank, Opens is gone/, [/TEST\([\s\S]*?\n\}\n/, '']],
      [/the file is skipped/, ['TEST(Bank', '#if 0\nTEST(Bank'], ['0);\n}\n', '0);\n}\n#endif\n']],
    ],
    honest: [['a brace of its own', ['TEST(Bank, Opens) {', 'TEST(Bank, Opens)\n{']]],
  },
  {
    title: 'Bazel',
    path: 'bank/BUILD.bazel',
    text: `py_test(
    name = "bank_test",
    srcs = ["bank_test.py"],
)
`,
    weaken: [
      [/bank_test is skipped/, ['    srcs', '    tags = ["manual"],\n    srcs']],
      [/bank_test is gone/, [/py_test[\s\S]*/, '']],
    ],
    honest: [['a dependency', ['    srcs', '    deps = [":bank"],\n    srcs']]],
  },
  {
    title: 'CTest',
    path: 'test/CMakeLists.txt',
    text: `enable_testing()
add_executable(bank_test bank_test.cc)
add_test(NAME bank COMMAND bank_test)
`,
    weaken: [
      [/bank is gone/, ['add_test(NAME bank COMMAND bank_test)\n', '']],
      [/is skipped/, [/$/, 'set_tests_properties(bank PROPERTIES DISABLED TRUE)\n']],
    ],
    honest: [['a library', [/$/, 'target_link_libraries(bank_test bank)\n']]],
  },
  {
    title: 'Perl',
    path: 't/bank.t',
    text: `use Test::More tests => 2;
is(sum(), 0, 'opens');
ok(put(1), 'takes');
`,
    weaken: [
      [/the script is skipped/, ['tests => 2', "skip_all => 'x'"]],
      [/1 fewer assertion/, ["ok(put(1), 'takes');\n", '']],
    ],
    honest: [['one more', [/$/, 'ok(close_it());\n']]],
    names: { runs: ['t/sum.t'], lost: ['t/bank.t.off', 't/bank.pl'] },
  },
  {
    title: 'Scala',
    path: 'src/test/scala/BankSuite.scala',
    text: `class BankSuite extends FunSuite {
  test("opens") {
    assertEquals(Bank.sum, 0)
  }
}
`,
    weaken: [
      [/is skipped/, ['test("opens")', 'ignore("opens")']],
      [/is skipped/, ['test("opens")', 'test("opens".ignore)']],
    ],
    honest: [['a comment', ['  test(', '  // not ignored\n  test(']]],
  },
  {
    title: 'Shell',
    path: 'test/bank.bats',
    text: `@test "opens" {
  run bank sum
  [ "$output" = 0 ]
}
`,
    weaken: [
      [/opens is skipped/, ['  run bank', '  skip "later"\n  run bank']],
      [/opens is weakened/, ['= 0 ]', '= 0 ] || true']],
      [/deleted|gone/, [/@test[\s\S]*/, '']],
    ],
    honest: [['a step', ['  run bank', '  cd /\n  run bank']]],
  },
];
