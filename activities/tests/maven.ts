/** Settings of a Maven build that decide which tests run: properties, modules, and the plugins that run tests. Pure. */
import { readElements, type Settings } from './settings-text.ts';

/** Concern tests wherever they stand. */
const ANYWHERE =
  /^(?:skip(?:ITs?|UTs?)|skip\w*Tests?|maven\.(?:test|it)\.\w[\w.]*|(?:surefire|failsafe)\.\w[\w.]*|testFailureIgnore|failIfNo\w*Tests|testSourceDirectory|module)$/;
/** Mean something else in other plugins. */
const IN_RUNNERS =
  /^(?:skip\w*|include|exclude|includesFile|excludesFile|excludedGroups|groups|test|testClassesDirectory|rerunFailingTestsCount|phase|goal)$/;
const RUNNER = /<artifactId>\s*([\w.-]*(?:surefire|failsafe|scalatest)[\w.-]*)\s*</;
const PLUGIN = /<plugin(?:\s[^<>]*)?>[\s\S]*?<\/plugin>/g;

export function readMaven(text: string): Settings {
  const bare = text.replaceAll(/<!--[\s\S]*?-->/g, '');
  const values = new Map(readElements(bare.replaceAll(PLUGIN, ''), ANYWHERE));
  const partOf = new Map<string, string>();
  const parts = new Set<string>();
  for (const [plugin] of bare.matchAll(PLUGIN)) {
    const runner = RUNNER.exec(plugin)?.[1];
    if (runner === undefined) continue;
    parts.add(runner);
    const names = new RegExp(`${ANYWHERE.source}|${IN_RUNNERS.source}`);
    for (const [name, value] of readElements(plugin, names)) {
      const key = `${runner}.${name}`;
      values.set(key, values.has(key) ? `${values.get(key)}, ${value}` : value);
      partOf.set(key, runner);
    }
  }
  return { values, partOf, parts };
}
