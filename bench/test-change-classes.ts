/** The classes of ways to weaken a test, told by how a collection calls them. */

export const CLASSES = ['marker', 'gone', 'configuration', 'proves less'] as const;

const CONFIGURATION =
  /\b(?:package\.json|pyproject|setup\.cfg|tox\.ini|pytest\.ini|conftest|pom\.xml|surefire|failsafe|gradle|Cargo\.toml|go\.mod|Makefile|CMakeLists|config(?:uration)?\b|\.mocharc|\.rspec|phpunit\.xml|runsettings|\.bazelrc|bazelrc|spec_helper|test_helper|addopts|mix\.exs|Rakefile|Package\.swift|csproj|nextest|tasks\.test|build\.sbt)/i;
const NOT_CONFIGURATION = /class renamed|by the build|build excludes|->/;
const LESS =
  /without matcher|not awaited|retry|retries|assert\w* (?:removed|weakened|loosened)|REQUIRE removed|removed\b.*expect|try\/except|try\/catch|rescue|should_panic|expected =|wrong value|rows? removed|snapshot|have\.text|PASS_REGULAR|loosen|tolerance|always true|trivial|empty(?:ied)? body|assert true|toBeTruthy|toBeDefined|return early|early return|\|\| true|mock|withKnownIssue|expectTypeOf|weaker|expectation|emptied/i;
const GONE =
  /renam|removed|deleted|commented|=begin|async def|if False|#if|second parameter|base class|private|internal|abstract|func disabled_|def x|=> |go\.mod|without \/\/ Output|no match|does not (?:match|find)|-> |not collected|moved|underscore|cfg\(any|go:build|not run/i;

export function classOf({ style }: { readonly style: string }): (typeof CLASSES)[number] {
  if (CONFIGURATION.test(style) && !NOT_CONFIGURATION.test(style)) return 'configuration';
  if (LESS.test(style)) return 'proves less';
  if (GONE.test(style)) return 'gone';
  return 'marker';
}
