#!/usr/bin/env bash
# Uses a disk image as a teacher would: check_dmg.sh IMAGE. From the mounted image, then from a folder of
# applications; the user's sessions must still be there when the app is thrown away.
# Not yet run on a real Mac.
set -euo pipefail

fail() {
    echo "check_dmg.sh: $1" >&2
    exit 1
}

image=${1:-}
[ -f "$image" ] || fail "say which disk image: check_dmg.sh IMAGE"

work=$(mktemp -d)
mount="$work/mount"
kept="$HOME/Library/Application Support/roomread/sessions/kept by check_dmg.roomread"
cleanup() {
    # The system may still look at what was just started from it.
    for wait in 0 2 5 10; do
        sleep "$wait"
        ! [ -d "$mount/Roomread.app" ] || hdiutil detach -quiet "$mount" 2>/dev/null || continue
        break
    done
    rm -rf "$work" "$kept" || true
}
trap cleanup EXIT
mkdir -p "$mount" "$(dirname "$kept")"
echo "the user's own" >"$kept"

hdiutil attach -quiet -nobrowse -readonly -mountpoint "$mount" "$image"
app="$mount/Roomread.app"
plist="$app/Contents/Info.plist"
plutil -lint "$plist" "$app/Contents/Resources/en.lproj/InfoPlist.strings" \
    "$app/Contents/Resources/de.lproj/InfoPlist.strings"
codesign --verify --deep --strict "$app"
codesign --display --entitlements - --xml "$app" | grep -q com.apple.security.device.camera ||
    fail "the app may not use the camera"
for key in NSCameraUsageDescription UTExportedTypeDeclarations CFBundleDocumentTypes; do
    plutil -extract "$key" xml1 -o /dev/null "$plist" || fail "Info.plist has no $key"
done
[ -L "$mount/Applications" ] || fail "nothing to drag the app to is in the image"

cd "$work" # nothing of a checkout can stand in for what the image lacks
self_test() {
    "$1/Contents/MacOS/roomread" --version | grep -q '^roomread ' || fail "it says no version"
    "$1/Contents/MacOS/roomread" --self-test | tee "$work/said"
    [ "$(tail -n 1 "$work/said")" = "self-test passed" ] || fail "its self-test did not pass"
}
self_test "$app"
mkdir "$work/Applications"
cp -R "$app" "$work/Applications/"
self_test "$work/Applications/Roomread.app"
rm -rf "$work/Applications/Roomread.app"
[ "$(cat "$kept")" = "the user's own" ] || fail "the user's sessions are gone"
echo "the disk image is well"
