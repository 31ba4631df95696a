# The processes of a durable command, found by its cookie (FACTORY_COMMAND in their environment), by its session and
# process group when the leader's pid is given, and by descent from these. A daemon that clears its environment, starts
# its own session and lets its parent die is not found, unless it runs in the sandbox, with which everything in it ends.

# Lines of "pid parent group session".
list_processes() {
  if [ -r /proc/self/stat ]; then
    # The name, in parentheses, may hold anything; the fields after it do not.
    cat /proc/[0-9]*/stat 2>/dev/null | awk '{ pid = $1; sub(/^.*\) /, ""); if ($1 != "Z") print pid, $2, $3, $4 }'
  else
    ps -axo pid=,ppid=,pgid=,pgid=
  fi
}

group_lives() { [ -n "$1" ] && kill -s 0 -- "-$1" 2>/dev/null; }

find_processes() {
  with_cookie=$(grep -lsF "FACTORY_COMMAND=$1" /proc/[0-9]*/environ)
  # Nearly always there is nothing; this saves the long look.
  if [ -r /proc/self/stat ] && [ -z "$with_cookie" ] && ! group_lives "$2"; then return; fi
  list_processes | awk -v seeds="$(echo $with_cookie)" -v leader="${2:-none}" '
    { parent[$1] = $2; if ($3 == leader || $4 == leader) found[$1] = 1 }
    END {
      gsub(/[^0-9]+/, " ", seeds)
      count = split(seeds, list, " ")
      for (i = 1; i <= count; i++) if (list[i] in parent) found[list[i]] = 1
      do {
        grew = 0
        for (pid in parent) if (!(pid in found) && (parent[pid] in found)) { found[pid] = 1; grew = 1 }
      } while (grew)
      for (pid in found) print pid
    }'
}

# Those that can be asked: the sandbox's own would end at once, and with it all that might still tidy up.
without_sandbox() {
  for pid in $1; do
    read -r name 2>/dev/null <"/proc/$pid/comm"
    [ "$name" = bwrap ] || echo "$pid"
  done
}

# Asks all of them to end, insists after 0.4 s, and looks again until none is left. Fails when some cannot be ended.
end_command() {
  tries=0
  while pids=$(find_processes "$1" "$2") && [ -n "$pids" ]; do
    # Word splitting is meant.
    if [ "$tries" -eq 0 ]; then kill -s TERM $(without_sandbox "$pids") 2>/dev/null; fi
    if [ "$tries" -ge 4 ]; then kill -s KILL $pids 2>/dev/null; fi
    [ "$tries" -ge 40 ] && return 1
    tries=$((tries + 1))
    sleep 0.1
  done
}
