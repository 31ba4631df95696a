# Runs an agent's script in bash, inside the sandbox, where the last one of the same shell left off.
# Arguments: worktree, script, and the folder of the shell's state (cwd, env) unless nothing carries over.
# The state is the agent's to write, so nothing outside the sandbox may ever read it.

__factory_save() {
  # A subshell, because what carries over must be neither changed by saving nor contain this command's cookie.
  (
    cd "$1" 2>/dev/null || exit
    printf '%s' "$PWD_TO_SAVE" >cwd.$$ && mv -f cwd.$$ cwd
    unset FACTORY_COMMAND PWD OLDPWD SHLVL PWD_TO_SAVE
    export -p >env.$$ && mv -f env.$$ env
  ) 2>/dev/null
}

cd "$1" || exit
if [ -n "${3-}" ]; then
  __factory_command=$FACTORY_COMMAND
  [ -r "$3/env" ] && . "$3/env" 2>/dev/null
  [ -r "$3/cwd" ] && cd "$(cat "$3/cwd")" 2>/dev/null
  export FACTORY_COMMAND=$__factory_command
  unset __factory_command OLDPWD
  # The path goes into the trap's text quoted, since the script may change every variable.
  trap "PWD_TO_SAVE=\$PWD __factory_save $(printf '%q' "$3")" EXIT
fi
# No arguments and no variable of ours for the script to see.
eval "set --; . $(printf '%q' "$2")"
