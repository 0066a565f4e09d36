; Makes roomread-VERSION-windows-x64.exe of the folder that packaging/build.py made (Inno Setup 6.4 or newer):
;   ISCC.exe packaging\windows\roomread.iss [/DBundle=FOLDER] [/DOut=FOLDER] [/DSign=NAME, a sign tool]
; Compiled, installed, upgraded and removed under Wine; not yet run on a real Windows.

#ifndef Bundle
  #define Bundle AddBackslash(SourcePath) + "..\..\dist\roomread"
#endif
#ifndef Out
  #define Out AddBackslash(SourcePath) + "..\..\dist"
#endif
; Wine knows no folder for a user's programs: /DFolder={localappdata}\Programs\Roomread is the same place.
#ifndef Folder
  #define Folder "{autopf}\Roomread"
#endif
#define Root AddBackslash(SourcePath) + "..\.."
#if !FileExists(Bundle + "\roomread.exe") || !FileExists(Bundle + "\roomreadw.exe")
  #error There is no built Roomread there: run "python packaging/build.py --out dist" first, or give /DBundle=FOLDER
#endif

; The version stands in app/__init__.py, and nowhere else.
#define public Version ""
#define public Line ""
#define Handle FileOpen(Root + "\app\__init__.py")
#sub ReadVersion
  #define public Line FileRead(Handle)
  #if Pos('__version__ = "', Line) == 1
    #define public Version Copy(Line, 16, Len(Line) - 16)
  #endif
#endsub
#for {0; !FileEof(Handle); 0} ReadVersion
#expr FileClose(Handle)
#if Version == ""
  #error app/__init__.py names no version
#endif

; Recordings that Roomread offers itself for, as app/engine/analyse/recordings.py has them.
#define public Videos ".3gp .avi .dv .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .ogv .webm .wmv "
#define public Ending ""

[Setup]
; Never change the id: by it an upgrade finds what is installed.
AppId={{D8B79060-390C-4A06-B3E1-9B6859ED0FB5}
AppName=Roomread
AppVersion={#Version}
AppVerName=Roomread {#Version}
AppPublisher=Roomread
VersionInfoVersion={#Version}
VersionInfoDescription=Roomread Setup
; No administrator is asked for. One who wants it for all users says /ALLUSERS.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Qt 6 needs it.
MinVersion=10.0.17763
DefaultDirName={#Folder}
DisableDirPage=auto
DisableProgramGroupPage=yes
DisableReadyPage=yes
WizardStyle=modern
SetupIconFile={#Root}\assets\icons\roomread.ico
UninstallDisplayIcon={app}\roomreadw.exe
UninstallDisplayName=Roomread
ChangesAssociations=yes
ChangesEnvironment=yes
; Whoever has Roomread open is asked to close it (below). Windows would end what it is in the middle of.
CloseApplications=no
RestartApplications=no
SetupLogging=yes
Compression=lzma2/max
SolidCompression=yes
OutputDir={#Out}
OutputBaseFilename=roomread-{#Version}-windows-x64
#ifdef Sign
SignTool={#Sign}
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"; LicenseFile: "licence.en.txt"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"; LicenseFile: "licence.de.txt"

[Messages]
en.ConfirmUninstall=Remove %1 from this computer? Your sessions and settings stay.
de.ConfirmUninstall=%1 von diesem Computer entfernen? Ihre Sitzungen und Einstellungen bleiben erhalten.

[CustomMessages]
en.Desktop=An icon on the desktop (drop a recording on it to open it)
de.Desktop=Ein Symbol auf dem Desktop (eine Aufnahme darauf ziehen, um sie zu öffnen)
en.Files=Open session files (.roomread) with Roomread, and offer it for videos under "Open with"
de.Files=Sitzungsdateien (.roomread) mit Roomread öffnen, und es für Videos unter „Öffnen mit“ anbieten
en.Path=The command "roomread" in every terminal
de.Path=Der Befehl „roomread“ in jedem Terminal
en.SessionType=Roomread session
de.SessionType=Roomread-Sitzung
en.VideoType=Video
de.VideoType=Video
en.Launch=Start Roomread
de.Launch=Roomread starten
en.StillOpen=Roomread is still open. Close it, then try again.
de.StillOpen=Roomread ist noch geöffnet. Schließen Sie es, und versuchen Sie es dann erneut.
en.DataStays=Roomread is removed. Your sessions and settings are still in%n%n%1%n%nResults of recordings lie beside each recording, in a folder that ends with -roomread.%n%nDelete what you do not need any more.
de.DataStays=Roomread ist entfernt. Ihre Sitzungen und Einstellungen liegen weiterhin in%n%n%1%n%nErgebnisse von Aufnahmen liegen neben jeder Aufnahme in einem Ordner, der auf -roomread endet.%n%nLöschen Sie, was Sie nicht mehr brauchen.

[Tasks]
Name: "desktop"; Description: "{cm:Desktop}"
Name: "files"; Description: "{cm:Files}"
Name: "path"; Description: "{cm:Path}"; Flags: unchecked

[InstallDelete]
; An upgrade leaves nothing of the older version among its libraries.
Type: filesandordirs; Name: "{app}\_internal"; Check: FileExists(ExpandConstant('{app}\roomread.exe'))

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Root}\LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\Roomread"; Filename: "{app}\roomreadw.exe"
Name: "{autodesktop}\Roomread"; Filename: "{app}\roomreadw.exe"; Tasks: desktop

[Registry]
Root: HKA; Subkey: "Software\Classes\Roomread.Session"; ValueType: string; ValueData: "{cm:SessionType}"; Flags: uninsdeletekey; Tasks: files
Root: HKA; Subkey: "Software\Classes\Roomread.Session\DefaultIcon"; ValueType: string; ValueData: "{app}\roomreadw.exe,0"; Tasks: files
Root: HKA; Subkey: "Software\Classes\Roomread.Session\shell\open\command"; ValueType: string; ValueData: """{app}\roomreadw.exe"" open ""%1"""; Tasks: files
Root: HKA; Subkey: "Software\Classes\.roomread"; ValueType: string; ValueData: "Roomread.Session"; Flags: uninsdeletevalue uninsdeletekeyifempty; Tasks: files
Root: HKA; Subkey: "Software\Classes\.roomread"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-roomread-session"; Flags: uninsdeletevalue; Tasks: files
Root: HKA; Subkey: "Software\Classes\Roomread.Video"; ValueType: string; ValueData: "{cm:VideoType}"; Flags: uninsdeletekey; Tasks: files
Root: HKA; Subkey: "Software\Classes\Roomread.Video\shell\open"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Roomread"; Tasks: files
Root: HKA; Subkey: "Software\Classes\Roomread.Video\shell\open\command"; ValueType: string; ValueData: """{app}\roomreadw.exe"" open ""%1"""; Tasks: files
Root: HKA; Subkey: "Software\Classes\Applications\roomreadw.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Roomread"; Flags: uninsdeletekey; Tasks: files
Root: HKA; Subkey: "Software\Classes\Applications\roomreadw.exe\shell\open\command"; ValueType: string; ValueData: """{app}\roomreadw.exe"" open ""%1"""; Tasks: files
Root: HKA; Subkey: "Software\Classes\Applications\roomreadw.exe\SupportedTypes"; ValueType: string; ValueName: ".roomread"; Tasks: files
; The command-line program is no second entry under "Open with".
Root: HKA; Subkey: "Software\Classes\Applications\roomread.exe"; ValueType: string; ValueName: "NoOpenWith"; Flags: uninsdeletekey; Tasks: files
; A video keeps the program that it opens with: Roomread is only one of those offered.
#sub OfferForVideos
#define public Ending Copy(Videos, 1, Pos(" ", Videos) - 1)
#define public Videos Copy(Videos, Len(Ending) + 2)
Root: HKA; Subkey: "Software\Classes\{#Ending}"; Flags: uninsdeletekeyifempty; Tasks: files
Root: HKA; Subkey: "Software\Classes\Applications\roomreadw.exe\SupportedTypes"; ValueType: string; ValueName: "{#Ending}"; Tasks: files
Root: HKA; Subkey: "Software\Classes\{#Ending}\OpenWithProgids"; ValueType: string; ValueName: "Roomread.Video"; Flags: uninsdeletevalue uninsdeletekeyifempty; Tasks: files
#endsub
#for {0; Videos != ""; 0} OfferForVideos

[Run]
Filename: "{app}\roomreadw.exe"; Description: "{cm:Launch}"; Flags: nowait postinstall skipifsilent

[Code]
const
  MachineEnvironment = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment';

function EnvironmentKey: String;
begin
  if IsAdminInstallMode then
    Result := MachineEnvironment
  else
    Result := 'Environment';
end;

{ PATH without Folder, whatever its case, and whether or not it ends in a backslash. }
function WithoutFolder(Path: String; const Folder: String): String;
var
  Part: String;
  Place: Integer;
begin
  Result := '';
  Path := Path + ';';
  while Path <> '' do
  begin
    Place := Pos(';', Path);
    Part := Copy(Path, 1, Place - 1);
    Delete(Path, 1, Place);
    if CompareText(RemoveBackslashUnlessRoot(Part), RemoveBackslashUnlessRoot(Folder)) <> 0 then
      Result := Result + Part + ';';
  end;
  Delete(Result, Length(Result), 1);
end;

procedure SetPath(const Wanted: Boolean);
var
  Before, After: String;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey, 'Path', Before) then
  begin
    { Nothing is written over a PATH that is there and could not be read. }
    if (not Wanted) or RegValueExists(HKA, EnvironmentKey, 'Path') then
      exit;
    Before := '';
  end;
  After := WithoutFolder(Before, ExpandConstant('{app}'));
  if Wanted and (After <> '') then
    After := After + ';';
  if Wanted then
    After := After + ExpandConstant('{app}');
  if After = Before then
    exit;
  if After = '' then
    RegDeleteValue(HKA, EnvironmentKey, 'Path')
  else if not RegWriteExpandStringValue(HKA, EnvironmentKey, 'Path', After) then
    Log('PATH could not be written.');
end;

{ A program that runs cannot be written to; that is seen without ending it. }
function IsRunning(const Name: String): Boolean;
var
  Opened: TFileStream;
begin
  Result := False;
  if not FileExists(ExpandConstant('{app}\') + Name) then
    exit;
  try
    Opened := TFileStream.Create(ExpandConstant('{app}\') + Name, fmOpenReadWrite or fmShareExclusive);
    Opened.Free;
  except
    Result := True;
  end;
end;

{ Whether Roomread is closed, or was when it was asked for. }
function IsClosed: Boolean;
begin
  Result := True;
  while Result and (IsRunning('roomread.exe') or IsRunning('roomreadw.exe')) do
  begin
    Log('Roomread is still open.');
    Result := SuppressibleMsgBox(CustomMessage('StillOpen'), mbError, MB_RETRYCANCEL, IDCANCEL) = IDRETRY;
  end;
end;

{ Before the first file is touched: where Roomread stays open, the older version stays as it is. }
function PrepareToInstall(var NeedsRestart: Boolean): String;
begin
  Result := '';
  if not IsClosed then
    Result := CustomMessage('StillOpen');
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if CurStep = ssPostInstall then
    SetPath(WizardIsTaskSelected('path'));
end;

function InitializeUninstall: Boolean;
begin
  Result := IsClosed;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Data: String;
begin
  if CurUninstallStep = usUninstall then
    SetPath(False);
  if CurUninstallStep = usPostUninstall then
  begin
    Data := ExpandConstant('{localappdata}\roomread');
    Log('Sessions and settings are still in ' + Data);
    if DirExists(Data) and not UninstallSilent then
      MsgBox(FmtMessage(CustomMessage('DataStays'), [Data]), mbInformation, MB_OK);
  end;
end;
