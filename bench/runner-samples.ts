/** A small project for each runner whose reports are tried: two tests, and what a change makes of the second. */

export interface Sample {
  readonly runner: string;
  readonly command: string;
  /** The file with both tests. */
  readonly testFile: string;
  /** The rest. */
  readonly files: Readonly<Record<string, string>>;
  readonly base: string;
  readonly skipped: string;
  /** The second test, which is deleted. */
  readonly second: string;
  /** Its name, and another one. */
  readonly names: readonly [string, string];
}

const jsTests = (head: string, body: (name: string) => string) => `${head}${body('alpha')}${body('beta')}`;
const js = (runner: string, command: string, head: string, expectation: string): Sample => {
  const body = (name: string) => `test('${name}', () => {\n  ${expectation}\n});\n`;
  const base = jsTests(head, body);
  return {
    ...{ runner, command, testFile: 'test/a.test.js', base, second: body('beta'), names: ['beta', 'gamma'] },
    files: { 'package.json': '{ "type": "module" }\n', 'lib.js': 'export const one = 1;\n' },
    skipped: base.replace("test('beta'", "test.skip('beta'"),
  };
};
const assertion = 'assert.equal(1, 1);';
const withAssert = "import assert from 'node:assert';\n";

const python = (runner: string, command: string, skip: string): Sample => {
  const body = (name: string) => `    def test_${name}(self):\n        self.assertEqual(1, 1)\n\n`;
  const base = `import unittest\n\n\nclass TestA(unittest.TestCase):\n${body('alpha')}${body('beta')}`;
  return {
    ...{ runner, command, testFile: 'tests/test_a.py', base, second: body('beta'), names: ['test_beta', 'test_gamma'] },
    files: { 'tests/__init__.py': '', 'lib.py': 'one = 1\n' },
    skipped: base.replace('    def test_beta', `    ${skip}\n    def test_beta`),
  };
};

const goTest = (name: string) => `func Test${name}(t *testing.T) {\n\tif 1 != 1 {\n\t\tt.Fatal("one")\n\t}\n}\n`;
const goBase = `package a\n\nimport "testing"\n\n${goTest('Alpha')}${goTest('Beta')}`;
const rustTest = (name: string) => `#[test]\nfn ${name}() {\n    assert_eq!(1, 1);\n}\n`;
const phpTest = (name: string) => `    public function test${name}(): void { $this->assertSame(1, 1); }\n`;
const phpBase = `<?php\nfinal class ATest extends PHPUnit\\Framework\\TestCase {\n${phpTest('Alpha')}${phpTest('Beta')}}\n`;
const javaTest = (name: string) =>
  `    @Test\n    void ${name}() { org.junit.jupiter.api.Assertions.assertEquals(1, 1); }\n`;
const javaBase = `package a;\n\nimport org.junit.jupiter.api.Test;\n\nclass ATest {\n${javaTest('alpha')}${javaTest('beta')}}\n`;
const rubyTest = (name: string) => `  it "${name}" do\n    expect(1).to eq(1)\n  end\n`;
const rubyBase = `RSpec.describe "A" do\n${rubyTest('alpha')}${rubyTest('beta')}end\n`;
const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope></dependency></dependencies>
<build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin></plugins></build></project>
`;

export const SAMPLES: readonly Sample[] = [
  js('node:test', 'node --test', `${withAssert}import { test } from 'node:test';\n`, assertion),
  js('Jest', 'jest', '', 'expect(1).toBe(1);'),
  js('Vitest', 'vitest run', "import { expect, test } from 'vitest';\n", 'expect(1).toBe(1);'),
  js('Mocha', 'mocha --ui tdd test/a.test.js', withAssert, assertion),
  python('pytest', 'pytest', '@unittest.skip("later")'),
  python('unittest', 'python3 -m unittest', '@unittest.skip("later")'),
  python('unittest -v', 'python3 -m unittest -v', '@unittest.skip("later")'),
  {
    ...{ runner: 'go test', command: 'go vet ./... && go test ./...', testFile: 'a_test.go', base: goBase },
    ...{ second: goTest('Beta'), names: ['TestBeta', 'TestGamma'] as const },
    files: { 'go.mod': 'module example.test/a\n\ngo 1.22\n', 'a.go': 'package a\n' },
    skipped: goBase.replace('func TestBeta(t *testing.T) {\n', 'func TestBeta(t *testing.T) {\n\tt.Skip()\n'),
  },
  {
    ...{ runner: 'cargo', command: 'cargo test', testFile: 'tests/a.rs', base: rustTest('alpha') + rustTest('beta') },
    ...{ second: rustTest('beta'), names: ['beta', 'gamma'] as const },
    files: { 'Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n', 'src/lib.rs': '\n' },
    skipped: rustTest('alpha') + rustTest('beta').replace('fn beta', '#[ignore]\nfn beta'),
  },
  {
    ...{ runner: 'PHPUnit', command: 'phpunit tests', testFile: 'tests/ATest.php', base: phpBase },
    ...{ second: phpTest('Beta'), names: ['testBeta', 'testGamma'] as const, files: { 'lib.php': '<?php\n' } },
    skipped: phpBase.replace('testBeta(): void { ', 'testBeta(): void { $this->markTestSkipped(); '),
  },
  {
    ...{ runner: 'Maven', command: 'mvn -q test', testFile: 'src/test/java/a/ATest.java', base: javaBase },
    ...{ second: javaTest('beta'), names: ['beta', 'gamma'] as const, files: { 'pom.xml': POM } },
    skipped: javaBase.replace('    @Test\n    void beta', '    @Test @org.junit.jupiter.api.Disabled\n    void beta'),
  },
  {
    ...{ runner: 'RSpec', command: 'rspec', testFile: 'spec/a_spec.rb', base: rubyBase },
    ...{ second: rubyTest('beta'), names: ['beta', 'gamma'] as const, files: { '.rspec': '--format progress\n' } },
    skipped: rubyBase.replace('it "beta"', 'xit "beta"'),
  },
];
