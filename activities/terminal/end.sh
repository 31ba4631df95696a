# Ends what runs of a durable command. Arguments: cookie, and the pid of its leader while its wrapper lives.
. "${0%/*}/processes.sh"
end_command "$1" "${2-}"
