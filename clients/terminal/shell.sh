# Runs an agent's script in bash, inside the sandbox, where the last one of the same shell left off.
# Arguments: worktree, script, and the folder of the shell's state (env: exports and the cd) unless nothing carries over.
# The state is the agent's to write, so nothing outside the sandbox may ever read it.

# The shell's last act. This command's cookie must not become the next one's.
__factory_save() {
  local cwd=$PWD
  cd "$1" || return
  unset FACTORY_COMMAND PWD OLDPWD SHLVL
  { export -p && printf 'cd -- %q\n' "$cwd"; } >env.$$ && mv -f env.$$ env
} 2>/dev/null

cd "$1" || exit
if [ -n "${3-}" ]; then
  __factory_command=$FACTORY_COMMAND
  [ -r "$3/env" ] && . "$3/env" 2>/dev/null
  export FACTORY_COMMAND=$__factory_command
  unset __factory_command OLDPWD
  # The path goes into the trap's text quoted, since the script may change every variable.
  trap "__factory_save $(printf '%q' "$3")" EXIT
fi
# No arguments and no variable of ours for the script to see.
eval "set --; . $(printf '%q' "$2")"
