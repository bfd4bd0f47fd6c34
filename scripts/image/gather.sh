#!/bin/sh
# Gathers the image's own files in the folder $1, in a stage of the Dockerfile.
set -eu

image=$1
mkdir -p "$image/bin" "$image/usr/bin" "$image/usr/local/bin" "$image/etc/ssl/certs" "$image/var/lib/dpkg/status.d"

cp /usr/local/bin/node "$image/usr/local/bin/node"
# Its symbols are of use to a debugger alone.
strip "$image/usr/local/bin/node"
ln -s /app/bin/holdfast.js "$image/usr/local/bin/holdfast"
cp /usr/bin/tini "$image/usr/bin/tini"

cp /bin/busybox "$image/bin/busybox"
for name in cat env id ls nc printenv ps sh sleep wget; do ln -s busybox "$image/bin/$name"; done
ln -s /bin/env "$image/usr/bin/env"

# Each library at the place at which the loader looks for it.
for file in /usr/local/bin/node /usr/bin/tini /native/*/index.node; do ldd "$file"; done \
  | grep -o '/[^ ]*\.so[^ ]*' | sort -u | while read -r library; do
    mkdir -p "$image$(dirname "$library")"
    cp -L "$library" "$image$library"
  done

cp -L /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
echo 'hosts: files dns' > "$image/etc/nsswitch.conf"
printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/app:/bin/sh\n' > "$image/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' > "$image/etc/group"
install -d -m 1777 "$image/tmp"
install -d -o 1000 -g 1000 "$image/var/lib/holdfast" "$image/var/lib/holdfast/output"

# What scanners read: the Debian packages that the files are of.
cp /etc/os-release "$image/etc/os-release"
for name in busybox-static ca-certificates gcc-12-base libc6 libgcc-s1 libstdc++6 tini; do
  dpkg --status "$name" > "$image/var/lib/dpkg/status.d/$name"
done
