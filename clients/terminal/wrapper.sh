# The outer wrapper of a durable command: runs in a tmux window, outside the sandbox.
# Arguments: cookie, journal, limit in seconds. One run begins (mkdir), the time limit is kept here so that it holds
# without any worker process, and `exit` is written by rename when nothing of the command runs any more. Without
# `exit` the outcome is unknown.
. "${0%/*}/processes.sh"

read_leader() { leader=''; read -r leader <started/pid; } 2>/dev/null

watch_time() {
  # Named, so that it can be found when this wrapper was killed; killed itself, it is no time-out.
  FACTORY_WATCH=$cookie sleep "$limit" || return
  (set -C; echo timeout >stop) 2>/dev/null
  read_leader
  end_command "$cookie" "$leader"
}

# In the foreground of its shell: setsid would otherwise have to fork, and the pid would be another.
run_command() {
  set +m
  if command -v setsid >/dev/null; then
    setsid env -i sh ./launch </dev/null >started/output 2>&1
  else
    perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' env -i sh ./launch </dev/null >started/output 2>&1
  fi
}

# To window 0; nobody may be reading, which must not hold up anything.
tell() { if [ -p ../follow ]; then echo "$1 $journal" 1<>../follow; fi; }

# A full disk delays the answer, since without it nobody would know how the command ended; half an answer is none.
write_exit() {
  until { echo "$code" >started/exit; } 2>/dev/null && [ -s started/exit ]; do
    [ -d started ] || exit
    sleep 1
    [ -n "$gone" ] && exit
  done
  mv started/exit exit
}

main() {
  cookie=$1 journal=$2 limit=$3 gone=''
  umask 077
  cd "$journal" || exit
  mkdir started 2>/dev/null || exit
  # Nothing has begun that cannot be undone, so another window may begin when there is space.
  : >started/output || {
    rmdir started
    exit
  }
  tell start
  # The window's terminal goes away when somebody ends tmux.
  trap 'gone=1' HUP TERM
  # Job control, because without it a background job ignores SIGINT, and so would all that the command starts. Only as
  # long as needed: once the terminal is gone, a shell with job control ends at the next program that it runs.
  set -m
  watch_time &
  watch=$!
  # A command that was cancelled before it began does not begin.
  if [ -e stop ]; then (exit 143) & else (run_command) & fi
  job=$!
  set +m
  wait "$job"
  code=$?
  read_leader
  end_command "$cookie" "$leader"
  # The command's own, made for it alone; what it let nobody into stays.
  rm -rf ./tmp ./home ./secrets 2>/dev/null
  kill -s KILL -- "-$watch" 2>/dev/null
  # What was cut off from outside has no result.
  [ -n "$gone" ] && exit
  write_exit
  tell "$code"
}

main "$@"
exit
