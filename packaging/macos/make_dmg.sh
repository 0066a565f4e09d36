#!/usr/bin/env bash
# Makes roomread-VERSION-macos-arm64.dmg: make_dmg.sh [APP [OUT]], usually dist/Roomread.app and dist.
#   ROOMREAD_SIGN_IDENTITY   a "Developer ID Application" in the keychain, set for build.py too; else ad hoc
#   ROOMREAD_NOTARY_PROFILE  a profile that "xcrun notarytool store-credentials" keeps; else not notarised
# Not yet run on a real Mac.
set -euo pipefail

fail() {
    echo "make_dmg.sh: $1" >&2
    exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
app=${1:-$root/dist/Roomread.app}
out=${2:-$root/dist}
identity=${ROOMREAD_SIGN_IDENTITY:--}
profile=${ROOMREAD_NOTARY_PROFILE:-}

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/app/__init__.py")
[ -n "$version" ] || fail "app/__init__.py names no version"
[ -x "$app/Contents/MacOS/roomread" ] ||
    fail "there is no Roomread in $app: run \"python packaging/build.py --out dist\" first"
for tool in hdiutil codesign; do
    command -v "$tool" >/dev/null || fail "$tool is missing: a disk image can be made on macOS only"
done
[ -z "$profile" ] || [ "$identity" != - ] ||
    fail "Apple notarises what is signed only: set ROOMREAD_SIGN_IDENTITY as well"

mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
image="$out/roomread-$version-macos-arm64.dmg"

# The app is changed in a copy: what build.py made stays as it was.
mkdir "$work/image"
cp -R "$app" "$work/image/"
app="$work/image/$(basename "$app")"
for language in en de; do
    cp -R "$here/$language.lproj" "$app/Contents/Resources/"
done

# What is inside was signed when it was built, with the same identity.
sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - "$@"
    else
        codesign --force --options runtime --timestamp --sign "$identity" "$@"
    fi
}
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict "$app"

ln -s /Applications "$work/image/Applications"
if [ -z "$profile" ]; then
    cp "$here/Open me first.txt" "$work/image/"
fi
rm -f "$image"
hdiutil create -volname "Roomread $version" -srcfolder "$work/image" -fs HFS+ -format ULMO "$image"
hdiutil verify "$image"

if [ "$identity" != - ]; then
    codesign --force --timestamp --sign "$identity" "$image"
fi
if [ -n "$profile" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$profile" --wait
    xcrun stapler staple "$image"
fi
echo "$image is ready"
