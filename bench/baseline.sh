#!/bin/sh
# An epic of three tasks by hand: the same clones, worktrees, tmux windows, commits, pushes and merges as the factory's,
# with nothing that survives a kill. Usage: baseline.sh FOLDER SOURCE VERIFY, with the bare repository SOURCE.
set -eu
folder=$1 source=$2 verify=$3
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Factory GIT_AUTHOR_EMAIL=factory@localhost
export GIT_COMMITTER_NAME=Factory GIT_COMMITTER_EMAIL=factory@localhost

cd "$folder"
forge=$folder/forge.git clone=$folder/clone.git
terminal() { tmux -S "$folder/tmux" -f /dev/null "$@"; }
terminal start-server ';' set -g exit-empty off ';' new-session -d -s bench
pids=
trap 'kill $pids 2>/dev/null || true; terminal kill-server 2>/dev/null || true' EXIT

# A command in a window of its own, its output in a file, awaited.
in_tmux() {
  name=$1 cwd=$2 command=$3
  terminal new-window -d -t bench -n "$name" -c "$cwd" \
    "sh -c '$command' >$folder/$name.log 2>&1; echo \$? >$folder/$name.exit; tmux -S $folder/tmux wait-for -S $name"
  terminal wait-for "$name"
  [ "$(cat "$folder/$name.exit")" = 0 ]
}

# Merges a branch of the forge into another by compare-and-swap.
merge() {
  old=$(git -C "$forge" rev-parse "$2")
  merged=$(git -C "$forge" merge-tree --write-tree "$old" "$1")
  new=$(git -C "$forge" commit-tree "$merged" -p "$old" -p "$1" -m "Merge $1")
  git -C "$forge" update-ref "refs/heads/$2" "$new" "$old"
}

# Worktrees are added and removed one at a time, since git looks at all of them, half-made ones too.
worktree() {
  while ! mkdir "$folder/lock" 2>/dev/null; do sleep 0.01; done
  git -C "$clone" worktree "$@" || {
    rmdir "$folder/lock"
    return 1
  }
  rmdir "$folder/lock"
}

task() {
  key=$1 tree=$folder/worktrees/$1
  worktree add --quiet --no-track -b "$key" "$tree" refs/remotes/forge/epic
  in_tmux "$key-look" "$tree" 'mkdir -p notes && ls notes'
  echo "# $key" >"$tree/notes/$key.md"
  git -C "$tree" add --all
  git -C "$tree" commit --quiet -m "Note $key"
  in_tmux "$key-verify" "$tree" "$verify"
  git -C "$tree" push --quiet forge "$key"
  worktree add --quiet --detach "$tree-review" "$key"
  in_tmux "$key-review" "$tree-review" 'git show --stat HEAD'
  worktree remove --force "$tree-review"
}

git clone --quiet --bare "$source" "$forge"
git -C "$forge" branch epic main
git clone --quiet --bare --origin forge "$forge" "$clone"
git -C "$clone" config remote.forge.fetch '+refs/heads/*:refs/remotes/forge/*'
git -C "$clone" fetch --quiet forge

mkdir -p worktrees
for key in one two three; do
  task "$key" &
  pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
pids=

# The merge queue: the epic's branch into the task's, verified, and back.
for key in one two three; do
  tree=$folder/worktrees/$key
  git -C "$tree" fetch --quiet forge
  git -C "$tree" merge --quiet --no-edit refs/remotes/forge/epic
  in_tmux "$key-lane" "$tree" "$verify"
  git -C "$tree" push --quiet forge "$key"
  merge "$key" epic
  git -C "$clone" worktree remove "$tree"
done

git -C "$clone" fetch --quiet forge
worktree add --quiet --detach "$folder/worktrees/integration" refs/remotes/forge/epic
in_tmux integration "$folder/worktrees/integration" "$verify"
git -C "$clone" worktree remove --force "$folder/worktrees/integration"
merge epic main
test "$(git -C "$forge" ls-tree -r --name-only main | grep -c '^notes/')" = 3
