#!/bin/sh
# Called with a port and a server's executable. The SDK stops its server in teardown alone. The watch
# in the background stops it as well when the process that started it has ended in any way.
server=$$ owner=$PPID
(while kill -0 "$server"; do kill -0 "$owner" || kill -9 "$server"; sleep 1; done) >/dev/null 2>&1 </dev/null &
exec "$2" "$1"
