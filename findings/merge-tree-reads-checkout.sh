#!/usr/bin/env bash
# Shows without the product that what `git merge-tree` answers depends on the files that lie around, not on what it merges.
#
# Guess: `git merge-tree --write-tree A B` needs no files, so two commits have one answer, the one that `git merge` gives, and
# a forge or a merge queue may ask a bare clone whether a branch conflicts. But the merge driver of a path is read from the
# .gitattributes of the checkout that the command runs in; a bare clone has none (git 2.39). A branch whose .gitattributes
# says `merge=union` for a changelog merges in one checkout, conflicts in another, and always conflicts in a bare clone.
# The remedy: write the merge lines of the target's .gitattributes to a file, and name that with `-c core.attributesFile=`.
#
# Needs git 2.38 or newer. Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

git --version
echo 'guess: two commits merge or conflict, wherever that is asked'

# main, and two branches of it that append a line each to a file which main says to join; an older branch says nothing.
git init --quiet --initial-branch=older checkout
cd checkout
echo first >changes
git add .
git commit --quiet -m older
git checkout --quiet -b main
echo 'changes merge=union' >.gitattributes
git add .
git commit --quiet -m main
for branch in left right; do
  git checkout --quiet -b "$branch" main
  echo "$branch" >>changes
  git commit --quiet -a -m "$branch"
done
cd ..
git clone --quiet --bare checkout bare

# ask FOLDER [OPTION…]: whether left and right merge, as asked there.
ask() {
  local where=$1 code=0
  shift
  git -C "$where" "$@" merge-tree --write-tree left right >answer 2>&1 || code=$?
  case $code in
    0) echo merges ;;
    1) echo conflicts ;;
    *) cat answer >&2; echo "failed with $code" ;;
  esac
}

git -C checkout checkout --quiet main
main=$(ask checkout)
git -C checkout checkout --quiet older
older=$(ask checkout)
bare=$(ask bare)
git -C bare show main:.gitattributes >attributes
named=$(ask bare -c core.attributesFile="$folder/attributes")
git -C checkout checkout --quiet left
git -C checkout merge --quiet --no-edit right >merged 2>&1 && merge=merges || merge=conflicts

echo "seen, git merge:                            $merge"
echo "seen, merge-tree where main is checked out: $main"
echo "seen, where the older branch is:            $older"
echo "seen, in a bare clone:                      $bare"
echo "seen, there with main's attributes named:   $named"

[[ "$merge $main $older $bare $named" == 'merges merges conflicts conflicts merges' ]] || {
  echo 'This is not what was told any more.' >&2
  exit 1
}
