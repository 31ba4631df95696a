/** Settings of a Maven build that decide which tests run: properties, modules, and the plugins that run tests. Pure. */
import { readElements, type Settings } from './settings-text.ts';

/** Concern tests wherever they stand. */
const ANYWHERE =
  /^(?:skip(?:ITs?|UTs?)|skip\w*Tests?|maven\.(?:test|it)\.\w[\w.]*|(?:surefire|failsafe)\.\w[\w.]*|testFailureIgnore|failIfNo\w*Tests|testSourceDirectory|module)$/;
/** Mean something else in other plugins. */
const IN_RUNNERS =
  /^(?:skip\w*|include|exclude|includesFile|excludesFile|excludedGroups|groups|test|testClassesDirectory|rerunFailingTestsCount|phase|goal)$/;
const RUNNER = /surefire|failsafe|scalatest/;

export function readMaven(text: string): Settings {
  const bare = split(text, /<!--/g, '-->').outside;
  const { inside: plugins, outside } = split(bare, /<plugin(?:\s[^<>]*)?>/g, '</plugin>');
  const values = new Map(readElements(outside, ANYWHERE));
  const partOf = new Map<string, string>();
  const parts = new Set<string>();
  const names = new RegExp(`${ANYWHERE.source}|${IN_RUNNERS.source}`);
  for (const plugin of plugins) {
    const artifacts = [...plugin.matchAll(/<artifactId>([^<]*)</g)].map(({ 1: name = '' }) => name.trim());
    const runner = artifacts.find((name) => RUNNER.test(name));
    if (runner === undefined) continue;
    parts.add(runner);
    for (const [name, value] of readElements(plugin, names)) {
      const key = `${runner}.${name}`;
      values.set(key, values.has(key) ? `${values.get(key)}, ${value}` : value);
      partOf.set(key, runner);
    }
  }
  return { values, partOf, parts };
}

/** Takes out what stands between two marks, in linear time: an expression would look for each end that is missing. */
function split(text: string, open: RegExp, close: string): { readonly inside: string[]; readonly outside: string } {
  const [inside, outside]: [string[], string[]] = [[], []];
  let at = 0;
  for (const { index } of text.matchAll(open)) {
    if (index < at) continue;
    const end = text.indexOf(close, index);
    if (end === -1) break;
    inside.push(text.slice(index, end));
    outside.push(text.slice(at, index));
    at = end + close.length;
  }
  return { inside, outside: [...outside, text.slice(at)].join('') };
}
