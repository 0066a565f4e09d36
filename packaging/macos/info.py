"""What macOS reads about Roomread.app; taken up by roomread.spec. Not yet run on a real Mac."""

from __future__ import annotations

from app.core.commands import FROM_MENU
from app.engine.analyse.recordings import SUFFIXES

SESSION_TYPE = "roomread.session"
OLDEST_MACOS = "14.0"
"""What the wheels in the lock file were made for."""


def info_plist(version: str) -> dict[str, object]:
    """Keys of Info.plist beside those that PyInstaller writes itself."""
    return {
        "CFBundleDisplayName": "Roomread",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "de"],
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        # PyInstaller takes a program with a console for one without a window.
        "LSBackgroundOnly": False,
        # Finder and the Dock set this, a terminal does not: what goes wrong is said in a dialog.
        "LSEnvironment": {FROM_MENU: "1"},
        "NSHighResolutionCapable": True,
        # In German: de.lproj/InfoPlist.strings.
        "NSCameraUsageDescription": "Roomread reads expressions in the camera's picture, on this "
        "Mac only. No picture is stored unless you ask for it.",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Roomread session",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [SESSION_TYPE],
            },
            {
                "CFBundleTypeName": "Video",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.movie"],
            },
            {  # what macOS may not know to be a video
                "CFBundleTypeName": "Video",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "CFBundleTypeExtensions": sorted(suffix.lstrip(".") for suffix in SUFFIXES),
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": SESSION_TYPE,
                "UTTypeDescription": "Roomread session",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["roomread"],
                    "public.mime-type": ["application/x-roomread-session"],
                },
            }
        ],
    }
