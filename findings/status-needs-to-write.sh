#!/usr/bin/env bash
# Shows without the product that `git status` fails on a read-only repository once one of its Git LFS files was touched.
#
# Guess: status and diff only read, so a sandbox may show a repository's .git read-only, as it may without LFS. But git
# compares a file whose time has changed by way of its clean filter, and that of Git LFS first writes a copy into
# .git/lfs/tmp: status and diff end with exit code 128, even where the file holds what it held. With a storage of its own
# for that comparison (lfs.storage) both work, and the repository stays as it is.
#
# Needs Go, git and bubblewrap (Linux). Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

LFS=v3.6.1
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder GIT_CONFIG_GLOBAL=$folder/gitconfig GIT_CONFIG_NOSYSTEM=1
GOBIN=$folder/bin GOPATH=$folder/go GOCACHE=$folder/cache go install "github.com/git-lfs/git-lfs/v3@$LFS" 2>install.log ||
  { cat install.log; exit 1; }
export PATH=$folder/bin:$PATH
git config --global user.name Finder
git config --global user.email finder@example.com
git config --global filter.lfs.clean 'git-lfs clean -- %f'
git config --global filter.lfs.required true

# A repository of one file, kept by Git LFS or by git itself.
create() {
  git init --quiet --initial-branch main "$1"
  echo "$2" >"$1/.gitattributes"
  printf 'as it was' >"$1/picture.bin"
  git -C "$1" add --all
  git -C "$1" commit --quiet --message 'Add a picture'
}
create plain '*.bin -text'
create large '*.bin filter=lfs -text'

# The exit code of a git command in a sandbox whose .git is read-only.
in_sandbox() {
  local repository=$1 code=0
  shift
  bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --bind "$folder" "$folder" \
    --ro-bind "$folder/$repository/.git" "$folder/$repository/.git" --chdir "$folder/$repository" "$@" >said 2>&1 || code=$?
  echo "$code"
}
touch_all() { touch -d '2 minutes' plain/picture.bin large/picture.bin; }

printf '%s, %s\n' "$(git --version)" "$(git-lfs version | cut -d' ' -f1)"
touch_all
plain=$(in_sandbox plain git status --porcelain)
status=$(in_sandbox large git status --porcelain)
reason=$(grep -c 'read-only file system' said || true)
diff=$(in_sandbox large git diff --stat)
apart="$(in_sandbox large git \
  -c 'filter.lfs.clean=git -c lfs.storage=/tmp/apart lfs clean -- %f' status --porcelain)"

cat <<TEXT
guess: git status and git diff exit with 0 where .git is read-only, with Git LFS as without
seen:  touched file of git itself: status exits with $plain
       touched file of Git LFS: status exits with $status, diff with $diff ($reason line: read-only file system)
       the same with another lfs.storage for the comparison: status exits with $apart
TEXT
[[ $plain == 0 && $status == 128 && $diff == 128 && $reason -ge 1 && $apart == 0 ]] || { echo 'It is not as told any more.'; exit 1; }
