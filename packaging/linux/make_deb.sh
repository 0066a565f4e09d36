#!/usr/bin/env bash
# Makes roomread_VERSION_amd64.deb, for Debian, Ubuntu and their kin: make_deb.sh [DIST [OUT]], usually dist/roomread
# and dist. ROOMREAD_LEVEL (0 to 9) and ROOMREAD_COMPRESSION (xz, zstd) are for a quick trial.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

for tool in dpkg-deb objdump; do
    command -v "$tool" >/dev/null || fail "$tool is missing: install dpkg and binutils"
done
architecture=$(dpkg --print-architecture)
tree="$work/tree"
doc="$tree/usr/share/doc/roomread"

# The package that has each library left to the system; newer Debian and Ubuntu renamed some.
package_of() {
    case "$1" in
        ld-linux*.so.* | libc.so.6 | libdl.so.2 | libm.so.6 | libpthread.so.0 | libresolv.so.2 | librt.so.1 | libutil.so.1)
            echo "libc6 (>= $glibc)" ;;
        libGL.so.1) echo libgl1 ;;
        libGLX.so.0) echo libglx0 ;;
        libOpenGL.so.0) echo libopengl0 ;;
        libEGL.so.1) echo libegl1 ;;
        libdrm.so.2) echo libdrm2 ;;
        libgbm.so.1) echo libgbm1 ;;
        libX11.so.6) echo libx11-6 ;;
        libX11-xcb.so.1) echo libx11-xcb1 ;;
        libxcb.so.1) echo libxcb1 ;;
        libxcb-cursor.so.0) echo libxcb-cursor0 ;;
        libxcb-icccm.so.4) echo libxcb-icccm4 ;;
        libxcb-image.so.0) echo libxcb-image0 ;;
        libxcb-keysyms.so.1) echo libxcb-keysyms1 ;;
        libxcb-render-util.so.0) echo libxcb-render-util0 ;;
        libwayland-client.so.0) echo libwayland-client0 ;;
        libwayland-cursor.so.0) echo libwayland-cursor0 ;;
        libwayland-egl.so.1) echo libwayland-egl1 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libfreetype.so.6) echo libfreetype6 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libasound.so.2) echo "libasound2t64 | libasound2" ;;
        libstdc++.so.6) echo libstdc++6 ;;
        libgcc_s.so.1) echo libgcc-s1 ;;
        libz.so.1) echo zlib1g ;;
        # Qt prints without it, but into a file only: recommended, see below.
        libcups.so.2) ;;
        # Qt's look of GTK: Qt goes on without it where GTK is not there.
        libgtk-3.so.0 | libgdk-3.so.0) ;;
        *) fail "the bundle needs $1, which it does not have: bundle it, or name its package in make_deb.sh" ;;
    esac
}

glibc=$(glibc_needed)
[ -n "$glibc" ] || fail "no library in $dist says which glibc it needs"
left_to_system > "$work/left"
# Not libraries: fontconfig's settings with a font, and the names of keys.
{
    echo fontconfig-config
    echo xkb-data
} > "$work/needs"
while read -r soname; do
    package_of "$soname" >> "$work/needs"
done < "$work/left"
depends=$(sort -u "$work/needs" | paste -sd, | sed 's/,/, /g')

mkdir -p "$tree/usr/lib" "$tree/usr/bin" "$doc" "$tree/DEBIAN" "$tree/usr/share/man/man1" \
    "$tree/usr/share/lintian/overrides"
cp -R "$dist" "$tree/usr/lib/roomread"
ln -s ../lib/roomread/roomread "$tree/usr/bin/roomread"
make_share "$tree/usr/share"
gzip -9nc "$here/roomread.1" > "$tree/usr/share/man/man1/roomread.1.gz"
install -m644 "$here/copyright" "$doc/copyright"
install -m644 "$here/lintian-overrides" "$tree/usr/share/lintian/overrides/roomread"
gzip -9nc > "$doc/changelog.gz" <<CHANGES
roomread ($version) stable; urgency=medium

  * Release $version.

 -- Roomread <noreply@roomread.invalid>  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGES
install -m755 "$here/postrm" "$tree/DEBIAN/postrm"
# Before files are replaced, and before they are taken away: the same question.
install -m755 "$here/stop_if_open" "$tree/DEBIAN/preinst"
install -m755 "$here/stop_if_open" "$tree/DEBIAN/prerm"

# Libraries are not run, and what anybody may read is theirs to read.
find "$tree/usr" -type d -exec chmod 755 {} +
find "$tree/usr" -type f -exec chmod 644 {} +
chmod 755 "$tree/usr/lib/roomread/roomread"
kb=$(installed_kb "$tree/usr")
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
cat > "$tree/DEBIAN/control" <<CONTROL
Package: roomread
Version: $version
Architecture: $architecture
Maintainer: Roomread <noreply@roomread.invalid>
Installed-Size: $kb
Depends: $depends
Recommends: libcups2t64 | libcups2, shared-mime-info, xdg-utils
Section: non-free/education
Priority: optional
Description: reads the expressions in a recording of a class
 Roomread finds the students in a recording or in the picture of a camera,
 keeps them apart, and reads the expression of each face. It is made for
 research in classrooms, with consent. All of it happens on this computer.
 .
 Python, Qt and the models are in the package: nothing is fetched later.
CONTROL
chmod 644 "$tree"/DEBIAN/control "$tree"/DEBIAN/md5sums
find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

# xz -6 is smaller here than zstd -19, and faster to make.
package="$out/roomread_${version}_$architecture.deb"
dpkg-deb --root-owner-group -Z"${ROOMREAD_COMPRESSION:-xz}" -z"${ROOMREAD_LEVEL:-6}" --build "$tree" "$package"
echo "$package: $(($(wc -c < "$package") / 1000000)) MB, installed $((kb * 1024 / 1000000)) MB"
echo "It depends on $depends"
