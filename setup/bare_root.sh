# Sourced by setup/bundle, setup/try_bundle and setup/try_debs: bare roots of Debian's releases.

[ "$(id -u)" -eq 0 ] || { echo "$0: please run it as root: it makes roots" >&2; exit 77; }
mirror=http://deb.debian.org/debian

# make_root RELEASE [SUFFIX] [PACKAGES]: build/roots/RELEASE, by debootstrap where it is missing.
make_root() {
  local script=/usr/share/debootstrap/scripts/$1 root=build/roots/$1${2:-} packages=${3:-openssh-server,openssh-client}
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  [ ! -e "$root/etc/debian_version" ] || return 0
  mkdir -p build/roots
  debootstrap --variant=minbase "--include=$packages" "$1" "$root" $mirror "$script" >"$root.log" 2>&1
}

# try_root RELEASE NETWORK LOG FILE...: runs the script on standard input as root of the release, in /try, where the files
# are. What it changes is gone afterwards, and so is what it started. With NETWORK 'none' it has a loopback of its own.
try_root() {
  local release=$1 network=$2 log=$3 script
  shift 3
  script=$(cat)
  export CTGAN_TRY_ROOT=$PWD/build/roots/$release CTGAN_TRY_FILES="$*" CTGAN_TRY_STEPS="$script"
  unshare -m -p -f $([ "$network" = none ] && echo -n) sh -eu -c '
    ip link set lo up
    mount -t tmpfs none /mnt
    mkdir /mnt/upper /mnt/work /mnt/root
    mount -t overlay none -o lowerdir="$CTGAN_TRY_ROOT",upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
    mkdir /mnt/root/try
    cp $CTGAN_TRY_FILES /mnt/root/try/
    printf "%s\n" "$CTGAN_TRY_STEPS" >/mnt/root/try/steps
    cp /etc/resolv.conf /mnt/root/etc/resolv.conf
    mount -t proc proc /mnt/root/proc
    mount --rbind /dev /mnt/root/dev
    exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C chroot /mnt/root sh -eu /try/steps' >"$log" 2>&1
}

# try_releases NETWORK FILES RELEASE...: the steps that the function `steps` prints, one line of result a release.
try_releases() {
  local network=$1 files=$2 release log began result failed=0
  shift 2
  for release in "$@"; do
    make_root "$release" || { echo "$release: no root: $(tail -n 1 "build/roots/$release.log")"; failed=1; continue; }
    log=build/roots/$release.$(basename "$0").log
    began=$SECONDS
    if steps | try_root "$release" "$network" "$log" $files; then
      result="all went well"
    else
      result="FAILED: $(grep -v '^+' "$log" | tail -n 1)"
      failed=1
    fi
    echo "$release (glibc $(chroot "build/roots/$release" ldd --version 2>/dev/null | sed -n '1s/.* //p')): $result," \
      "in $((SECONDS - began)) s; $log"
  done
  return $failed
}
