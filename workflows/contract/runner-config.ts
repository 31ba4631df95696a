/**
 * Configuration of test runners: files that decide which tests run, and whether a red one counts. Globs from the
 * repository's root. Files that hold much else (package.json, pyproject.toml, pom.xml …) are not listed: the keys of theirs
 * that concern tests are compared instead (activities/change/configuration).
 */
export const RUNNER_CONFIG: readonly string[] = [
  // Python
  ...['**/{pytest,.pytest,tox,nose2,unittest}.{ini,toml,cfg}', '**/conftest.py', '**/noxfile.py', '**/.coveragerc'],
  ...['**/.{stestr,testr}.conf', '**/.noserc'],
  // JavaScript, TypeScript
  ...['**/{jest,vitest,playwright,cypress,karma,ava,wdio,nightwatch,web-test-runner}{,.*,-*}.config.*'],
  ...[
    '**/{jest,vitest}.{setup,preset,workspace,projects}.*',
    '**/jest-*.config.*',
    '**/jest-preset.*',
    '**/jest-{e2e,unit,integration,setup}.*',
  ],
  ...['**/{karma,wdio,nightwatch,protractor}{,.*}.conf.*', '**/cypress.json', '**/vitest.workspace.*'],
  ...['**/.mocharc{,.*}', '**/mocha.opts', '**/.{nycrc,c8rc,taprc}{,.*}', '**/jasmine.{json,mjs,js}'],
  ...['**/{.,}testem.{js,json}', '**/.testcaferc{,.*}', '**/codecept.conf.*', '**/stryker.conf.*', '**/bunfig.toml'],
  // Ruby, PHP
  ...['**/.rspec{,-*}', '**/{spec,test,rails}_helper.rb', '**/.simplecov', '**/.minitest', '**/cucumber.yml'],
  ...['**/phpunit{,.*}.{xml,xml.dist,dist.xml}', '**/phpunit*.dist', '**/codeception{,.*}.yml', '**/behat.{yml,yaml}*'],
  ...['**/{tests,test}/Pest.php', '**/infection.json*', '**/kahlan-config.php'],
  // JVM
  ...['**/junit-platform.properties', '**/testng*.xml', '**/{kotest,allure}.properties', '**/SpockConfig.groovy'],
  // Rust, Go, Swift, .NET
  ...['**/{,.config/}nextest.toml', '**/{.,}gotestsum.{yml,yaml,toml}', '**/*.xctestplan'],
  ...[
    '**/*.runsettings',
    '**/{,*.}xunit.runner.json',
    '**/{,*.}testconfig.json',
    '**/{stryker-config,.testsettings}.json',
  ],
  // Elixir, C, C++, Bazel
  ...['**/test_helper.exs', '**/{CTestTestfile,CTestCustom,CTestConfig}.cmake{,.in}', '**/DartConfiguration.tcl'],
  ...['**/{.,user.}bazelrc', '**/tools/bazel.rc', '**/.buckconfig'],
  // Others
  ...['**/dart_test{,_*}.{yaml,yml}', '**/.proverc', '**/.yath.rc', '**/.busted', '**/.luacov', '**/.hspec*'],
  ...['**/robot.{toml,yaml}', '**/tests/testthat.R', '**/test/runtests.jl', '**/{.,}batsrc', '**/.shellspec*'],
];
