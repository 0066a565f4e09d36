#!/usr/bin/env bash
# Makes roomread-VERSION-linux-x86_64.run, one file that installs without administrator's rights:
# make_run.sh [DIST [OUT]], usually dist/roomread and dist. ROOMREAD_LEVEL (0 to 9) is for a quick trial.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

command -v xz >/dev/null || fail "xz is missing: install xz-utils"
architecture=$(uname -m)
mkdir "$work/tree"
cp -R "$dist" "$work/tree/app"
make_share "$work/tree/share"
chmod -R u=rwX,go=rX "$work/tree"
kb=$(installed_kb "$work/tree")

# Threads and blocks are given, as xz would choose them by this machine's cores.
tar --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    -C "$work/tree" -cf - app share |
    xz -T4 --block-size=24MiB --x86 --lzma2="preset=${ROOMREAD_LEVEL:-6}" > "$work/payload"
sum=$(sha256sum "$work/payload" | cut -d' ' -f1)
installer="$out/roomread-$version-linux-$architecture.run"
sed -e "s/@VERSION@/$version/g" -e "s/@ARCHITECTURE@/$architecture/g" -e "s/@KB@/$kb/" \
    -e "s/@BYTES@/$(wc -c < "$work/payload")/" -e "s/@SUM@/$sum/" "$here/install.sh.in" > "$work/head"
cat "$work/head" "$work/payload" > "$installer"
chmod 755 "$installer"
echo "$installer: $(($(wc -c < "$installer") / 1000000)) MB, installed $((kb * 1024 / 1000000)) MB"
