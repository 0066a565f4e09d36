# What make_deb.sh and make_run.sh share; read by them, not run.
# shellcheck shell=bash

fail() {
    echo "$(basename "$0"): $1" >&2
    exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
dist=${1:-$root/dist/roomread}
out=${2:-$root/dist}
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/app/__init__.py")
# ROOMREAD_VERSION: for trying an upgrade.
version=${ROOMREAD_VERSION:-$version}
[ -n "$version" ] || fail "app/__init__.py names no version"
[ -x "$dist/roomread" ] ||
    fail "there is no Roomread in $dist: run \"python packaging/build.py --out dist\" first"
mkdir -p "$out"
# The same folder gives the same installer, whatever this user's language and his own settings of tools are.
export LC_ALL=C
umask 022
unset XZ_OPT XZ_DEFAULTS TAR_OPTIONS GZIP
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Desktop entry, icons and the type of session files, as they lie in a "share" folder: make_share FOLDER
make_share() {
    local size icon
    install -Dm644 "$here/roomread.desktop" "$1/applications/roomread.desktop"
    install -Dm644 "$here/roomread.xml" "$1/mime/packages/roomread.xml"
    for size in 16 24 32 48 64 128 256 512; do
        icon="$root/assets/icons/roomread-$size.png"
        [ "$size" != 256 ] || icon="$root/assets/icons/roomread.png"
        install -Dm644 "$icon" "$1/icons/hicolor/${size}x$size/apps/roomread.png"
        install -Dm644 "$icon" "$1/icons/hicolor/${size}x$size/mimetypes/application-x-roomread-session.png"
    done
    install -Dm644 "$root/assets/icons/roomread.svg" "$1/icons/hicolor/scalable/apps/roomread.svg"
    mkdir -p "$1/metainfo"
    sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" \
        "$here/roomread.metainfo.xml.in" > "$1/metainfo/io.github.roomread.Roomread.metainfo.xml"
}

# Room that a folder takes once it is installed, in KiB: counted from sizes, as file systems differ.
installed_kb() {
    find "$1" \( -type f -printf '%s\n' -o -type d -printf '4096\n' \) |
        awk '{blocks += int(($1 + 4095) / 4096)} END {print 4 * blocks}'
}

# What the system has to have, one soname a line: what libraries of the bundle name and the bundle has not.
left_to_system() {
    find "$dist" -type f \( -name '*.so' -o -name '*.so.*' -o -name roomread \) -print0 |
        xargs -0 -n 50 objdump -p 2>/dev/null | awk '$1 == "NEEDED" {print $2}' | sort -u |
        comm -23 - <(find "$dist" -name '*.so*' -printf '%f\n' | sort -u)
}

# The newest glibc that the bundle asks for, as 2.35.
glibc_needed() {
    find "$dist" -type f \( -name '*.so' -o -name '*.so.*' -o -name roomread \) -print0 |
        xargs -0 -n 50 objdump -T 2>/dev/null | grep -o 'GLIBC_2\.[0-9]*' | sort -Vu | tail -n 1 | cut -d_ -f2
}
