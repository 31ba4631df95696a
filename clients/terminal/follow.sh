# Window 0 of a tmux session: shows the newest command and its output. Argument: the journals' folder.
# Told by the wrappers through a FIFO ("start JOURNAL", "EXIT-CODE JOURNAL"), so that it costs nothing while nothing happens.
main() {
  cd "$1" || exit
  [ -p follow ] || mkfifo -m 600 follow
  # For reading and writing: a reader alone would see the end each time a wrapper is done.
  exec 3<>follow
  shown='' tail=''
  trap 'kill $tail 2>/dev/null; exit' HUP TERM
  while read -r event journal <&3; do
    if [ "$event" = start ]; then
      [ -n "$tail" ] && kill "$tail" 2>/dev/null
      shown=$journal
      printf '\n\033[1m$ '
      # Its own escape sequences are not for this screen.
      sed 's/[[:cntrl:]]//g; 20q' "$journal/script"
      printf '\033[0m'
      tail -n +1 -f "$journal/started/output" 3>&- &
      tail=$!
    elif [ "$journal" = "$shown" ]; then
      # The last lines come through tail, which needs a moment.
      sleep 0.1
      printf '\033[2m[exit %s]\033[0m\n' "$event"
    fi
  done
}

main "$@"
