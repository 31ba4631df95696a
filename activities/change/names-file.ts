/** Whether a task's own text speaks of a file, which its change may then do things to that are looked at otherwise. Pure. */

/** Whether `text` names the file, by its path or its name. */
export function namesFile(text: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return new RegExp(`(?<![\\w.-])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\w-])`, 'u').test(text);
}
