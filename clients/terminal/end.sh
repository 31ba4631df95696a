# Ends what runs of a durable command. Arguments: cookie, and the pid of its leader while its wrapper lives.
. "${0%/*}/processes.sh"
end_command "$1" "${2-}"
ended=$?
for environ in $(grep -lsF "FACTORY_WATCH=$1" /proc/[0-9]*/environ); do
  pid=${environ#/proc/}
  kill "${pid%/environ}" 2>/dev/null
done
exit "$ended"
