# The outer wrapper of a durable command: runs in a tmux window, outside the sandbox. Arguments: cookie, journal, limit in seconds.
# One run begins (mkdir), the time limit is kept here so that it holds without any worker process, and `exit` is
# written by rename when nothing of the command runs any more. Without `exit` the outcome is unknown.
. "${0%/*}/processes.sh"

# Ends the command at its time limit, or when the window's terminal goes away (tmux was ended).
watch_over() {
  trap 'read_leader; end_command "$cookie" "$leader"; exit' HUP
  trap 'kill "$!" 2>/dev/null; exit' TERM
  sleep "$limit" &
  wait "$!"
  (set -C; echo timeout >stop) 2>/dev/null
  read_leader
  end_command "$cookie" "$leader"
}

read_leader() { read -r leader <started/pid; }

# In the foreground of this shell: a background job would ignore SIGINT, and so would all that it starts.
run_command() {
  if command -v setsid >/dev/null; then
    setsid sh ./launch </dev/null >started/output 2>&1
  else
    perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' sh ./launch </dev/null >started/output 2>&1
  fi
}

# To window 0; nobody may be reading, which must not hold up anything.
tell() { if [ -p ../follow ]; then echo "$1 $journal" 1<>../follow; fi; }

main() {
  cookie=$1 journal=$2 limit=$3 gone='' leader=''
  umask 077
  cd "$journal" || exit
  mkdir started 2>/dev/null || exit
  : >started/output
  tell start
  trap 'gone=1' HUP TERM
  watch_over &
  # A command that was cancelled before it began does not begin.
  if [ -e stop ]; then code=143; else run_command; code=$?; fi
  read_leader
  end_command "$cookie" "$leader"
  # SIGHUP comes here too; what it interrupted is no result.
  [ -n "$gone" ] && exit
  kill "$!" 2>/dev/null
  echo "$code" >started/exit
  mv started/exit exit
  tell "$code"
}

main "$@"
exit
