#!/usr/bin/env bash
# Shows without the product that a lease on a ref which a push leaves where it is guards nothing.
#
# Guess: `git push --atomic --force-with-lease=REF:OLD REF BRANCH` moves the branch only while the server's REF is at OLD, so
# that one ref can fence another: whoever moves it shuts every older writer out. But a ref that would not move is left out of
# what git sends. Only the client compares it, with what the server told as the push began, and whoever takes over after
# that is not noticed. The remedy: let each push move the fence too, to a new commit of its own. Then the server compares
# as it writes, and refuses both.
#
# Needs git. Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

git --version
echo 'guess: an atomic push with a lease on a fence is refused once somebody has moved the fence'

# A server with a branch and a fence, and a writer whose push is overtaken: the hook runs after the server has told its refs
# and before anything is sent, and there the fence moves, as if another writer had just taken over.
scene() {
  rm -rf server writer
  git init --quiet --bare --initial-branch=main server
  git clone --quiet server writer 2>/dev/null
  cd writer
  git commit --quiet --allow-empty -m base
  git push --quiet origin HEAD:refs/heads/main HEAD:refs/fences/one
  fence=$(git rev-parse HEAD)
  taken=$(git commit-tree -p "$fence" -m 'taken over' 'HEAD^{tree}')
  git push --quiet origin "$taken:refs/heads/other"
  printf '#!/bin/sh\ngit --git-dir=%q update-ref refs/fences/one %s\n' "$folder/server" "$taken" >.git/hooks/pre-push
  chmod +x .git/hooks/pre-push
  git commit --quiet --allow-empty -m work
}

# push FENCE: pushes the branch and moves the fence to FENCE; prints what became of it.
push() {
  local answer=refused
  if git push --quiet --atomic --force-with-lease="refs/fences/one:$fence" origin HEAD:refs/heads/main "$1:refs/fences/one" \
    2>../refused; then answer=pushed; fi
  local branch=stayed
  [[ $(git --git-dir=../server rev-parse refs/heads/main) == "$(git rev-parse HEAD)" ]] && branch=moved
  [[ $(git --git-dir=../server rev-parse refs/fences/one) == "$taken" ]] || answer="$answer, the fence was moved back"
  echo "$answer, the branch $branch"
}

scene
unmoved=$(push "$fence")
cd ..
scene
moved=$(push "$(git commit-tree -p "$fence" -m 'still ours' 'HEAD^{tree}')")
cd ..

echo "seen, the fence to stay where it is: $unmoved"
echo "seen, the fence to a new commit:     $moved"

[[ $unmoved == 'pushed, the branch moved' && $moved == 'refused, the branch stayed' ]] || {
  echo 'This is not what was told any more.' >&2
  sed 's/^/  /' refused >&2
  exit 1
}
