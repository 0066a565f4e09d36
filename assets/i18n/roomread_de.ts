<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name />
    <message>
        <source>Open suggestions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose one to see both students in the timelines</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Yes, one student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Merge the two</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>They are two students</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No suggestion is open.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Edit log</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Nothing was changed yet. Every change can be undone here.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo the last change</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Redo what was undone last</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo this</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo or redo the edit chosen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One frame back</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>One frame on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where in the lesson (arrow keys)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How fast it plays (keys - and +)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The stretch begins at the playhead</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>To here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The stretch ends at the playhead</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose no stretch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose a stretch of the lesson: drag over the timelines with Shift held down, or press I where it begins and O where it ends.

Its shares and every student in it stand here then.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shares are withheld: too few faces were read at a time to speak of a group.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Can I trust it in my room?</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>You label some faces of this session by hand, without seeing what the app says. Then it shows how often you agree, and on what.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces to label</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>More faces take longer and say more</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{n} faces</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Label faces, or go on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>See report</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How well the app agrees</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>You can stop at any time and go on later: every label is kept in the session file. The pictures are not.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces labelled</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished">Zurück</translation>
    </message>
    <message>
        <source>The face before</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Skip</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Leave this face out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop here, and see the report</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Go on labelling</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Label more faces</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished">Schließen</translation>
    </message>
    <message>
        <source>Close the report</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Find the video…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose the recording that this session was made from</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Students</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stretch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Edits</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Marker</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mark the moment at the playhead</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom in (also the wheel with Ctrl)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom out (also the wheel with Ctrl)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the whole session</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Name the student chosen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The students chosen are one: choose two with Ctrl</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Split here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From the playhead on this is somebody else</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Leave out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Leave the students chosen out of every table (Del)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open session…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose a session file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Recent</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Sessions on this computer</source>
        <translation type="unfinished">Sitzungen auf diesem Rechner</translation>
    </message>
    <message>
        <source>Recent sessions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Session</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop writing the video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Against rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the change against each student's own face at rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Write tables or a marked video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Tables (CSV)…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Video with marks…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Needs the recording, and students in the session</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>AnalyseWorkspace</name>
    <message>
        <source>Analyse has finished its list of recordings.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Add recordings</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>On the list already, and not done yet: {n}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open in Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished">Ordner öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Replace the results</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyse as chosen above</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move up	Ctrl+Up</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Move down	Ctrl+Down</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove	Del</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>AnalysisPage</name>
    <message>
        <source>How expressions are read</source>
        <translation>Wie Ausdrücke gelesen werden</translation>
    </message>
    <message>
        <source>as well as this computer keeps up with</source>
        <translation>so gut, wie dieser Rechner mitkommt</translation>
    </message>
    <message>
        <source>best, needs a fast computer</source>
        <translation>am besten, braucht einen schnellen Rechner</translation>
    </message>
    <message>
        <source>fast, a little less exact</source>
        <translation>schnell, etwas weniger genau</translation>
    </message>
    <message>
        <source>What reads run on</source>
        <translation>Worauf gelesen wird</translation>
    </message>
    <message>
        <source>graphics card where there is one</source>
        <translation>Grafikkarte, wenn es eine gibt</translation>
    </message>
    <message>
        <source>processor only</source>
        <translation>nur Prozessor</translation>
    </message>
    <message>
        <source>graphics card only (NVIDIA)</source>
        <translation>nur Grafikkarte (NVIDIA)</translation>
    </message>
    <message>
        <source>How faces are found</source>
        <translation>Wie Gesichter gefunden werden</translation>
    </message>
    <message>
        <source>known faces always, new ones every few seconds</source>
        <translation>bekannte immer, neue alle paar Sekunden</translation>
    </message>
    <message>
        <source>everywhere in every picture, slowly</source>
        <translation>überall in jedem Bild, langsam</translation>
    </message>
    <message>
        <source>with another network (YuNet)</source>
        <translation>mit einem anderen Netz (YuNet)</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Mehr …</translation>
    </message>
    <message>
        <source>Choices that few people need</source>
        <translation>Was nur wenige brauchen</translation>
    </message>
    <message>
        <source>&amp;Expressions are read</source>
        <translation>&amp;Ausdrücke lesen</translation>
    </message>
    <message>
        <source>Your settings file names a model of its own.</source>
        <translation>In Ihrer Einstellungsdatei steht ein eigenes Modell.</translation>
    </message>
    <message>
        <source>It &amp;runs on the</source>
        <translation>Es läuft a&amp;uf</translation>
    </message>
    <message>
        <source>&amp;Faces are found</source>
        <translation>&amp;Gesichter finden</translation>
    </message>
    <message>
        <source>Changes hold from the next analysis on.</source>
        <translation>Änderungen gelten ab der nächsten Analyse.</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>Weniger</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>This needs the recording: find the video first.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Face {n} of {all}. What does it show?</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>CheckReport</name>
    <message>
        <source>Do not rely on it here: it agrees with you no better than chance.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Do not rely on it here: it agrees with you little better than chance.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take it as a hint at most, and only for the class as a whole.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Useful for the class over minutes; not for one student at one moment.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>It mostly reads these faces as you do. Look twice at the weak expressions.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>It reads these faces as you do, nearly always.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>poor</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>slight</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>fair</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>moderate</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>substantial</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>almost perfect</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Words for kappa after Landis &amp; Koch (1977), “The measurement of observer agreement for categorical data”: to 0.2 slight, to 0.4 fair, to 0.6 moderate, to 0.8 substantial, above almost perfect. Kappa is agreement beyond chance (Cohen, 1960).</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Kappa of each expression against all others</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>You say (rows), the app says (columns)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{Strength} agreement</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Kappa {kappa}. Same expression: {share} of the time.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Nothing to say yet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>There are too few faces of which both you and the app name an expression.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Labelled: {n} faces</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>both name an expression: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>the labels speak of {share} of the session</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{value} ({low} to {high})</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Against rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show how the class differs from its own faces at rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Class now</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Students in view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Of the faces seen in the last seconds, how many the app could read, with its 95 % confidence band</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>student
in view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>students
in view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shares are withheld: fewer than {n} faces were read at a time. In so small a group a share would say something of a single student.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>no faces yet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{share} % of faces read</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>band {low} to {high} %</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Learning each student's rest…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Points more or less than at rest.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What faces show, not what students feel.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ConfusionTable</name>
    <message>
        <source>Confusion table</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{n} times you {hand}, the app {machine}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>You: {hand}. The app: {machine}. Faces: {n}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <source>Getting ready…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Writing the tables…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Open recording…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose a video file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose a camera or a stream</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Cameras</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Regions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where to look, what to ignore, who has opted out</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start the analysis</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause, or go on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop and keep what was read</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Full speed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyse a recording faster than it plays</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Write the tables (CSV)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open in Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look at what was read, moment by moment</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Start again</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No camera found. Plug one in and open this menu again.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Looking for cameras…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stream…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A network camera by its address</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture size</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt …</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Was gespeichert wird</translation>
    </message>
    <message>
        <source>Folder of the sessions</source>
        <translation>Ordner der Sitzungen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Show it in the file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Delete everything…</source>
        <translation>Alles löschen …</translation>
    </message>
    <message>
        <source>Asks before it does</source>
        <translation>Fragt vorher nach</translation>
    </message>
    <message>
        <source>Sessions on this computer</source>
        <translation>Sitzungen auf diesem Rechner</translation>
    </message>
    <message>
        <source>Leave no trace</source>
        <translation>Keine Spur hinterlassen</translation>
    </message>
    <message>
        <source>Deletes all sessions, the pictures beside them, drawn regions, the list of recordings, settings and your consent. Tables that you exported and results beside your recordings stay: they are yours to delete.</source>
        <translation>Löscht alle Sitzungen, die Bilder daneben, gezeichnete Bereiche, die Liste der Aufnahmen, Einstellungen und Ihre Zustimmung. Exportierte Tabellen und Ergebnisse neben Ihren Aufnahmen bleiben: Die löschen Sie selbst.</translation>
    </message>
    <message>
        <source>DELETE</source>
        <translation>LÖSCHEN</translation>
    </message>
    <message>
        <source>This can't be undone. Type {word} to go on:</source>
        <translation>Das lässt sich nicht zurücknehmen. Weiter mit {word}:</translation>
    </message>
    <message>
        <source>Delete and close Roomread</source>
        <translation>Löschen und Roomread schließen</translation>
    </message>
    <message>
        <source>Stops what runs, then deletes everything named above</source>
        <translation>Hält an, was läuft, und löscht dann alles oben Genannte</translation>
    </message>
    <message>
        <source>Sessions: {n}, {size}. Rooms with drawn regions: {rooms}.</source>
        <translation>Sitzungen: {n}, {size}. Räume mit gezeichneten Bereichen: {rooms}.</translation>
    </message>
</context>
<context>
    <name>DoorNoticeDialog</name>
    <message>
        <source>Notice for the door</source>
        <translation>Aushang für die Tür</translation>
    </message>
    <message>
        <source>name, room, phone or mail</source>
        <translation>Name, Raum, Telefon oder E-Mail</translation>
    </message>
    <message>
        <source>The page</source>
        <translation>Die Seite</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>Gespeichert als {path}</translation>
    </message>
    <message>
        <source>&amp;Why</source>
        <translation>&amp;Wozu</translation>
    </message>
    <message>
        <source>What Roomread is used for here</source>
        <translation>Wofür Roomread hier benutzt wird</translation>
    </message>
    <message>
        <source>Whom to &amp;ask</source>
        <translation>&amp;Ansprechperson</translation>
    </message>
    <message>
        <source>Left open: a line to write on</source>
        <translation>Leer: eine Linie zum Ausfüllen</translation>
    </message>
    <message>
        <source>W&amp;hen</source>
        <translation>W&amp;ann</translation>
    </message>
    <message>
        <source>A day or a time, as you like</source>
        <translation>Ein Tag oder eine Zeit, wie Sie möchten</translation>
    </message>
    <message>
        <source>What is kept and what is not is taken from the settings, as they stand in the dialog behind this one. Check that all of it is true before you hang it up.</source>
        <translation>Was gespeichert wird und was nicht, steht so in den Einstellungen, wie der Dialog dahinter sie zeigt. Prüfen Sie, dass alles stimmt, bevor Sie es aufhängen.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>As PDF or HTML</source>
        <translation>Als PDF oder HTML</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Drucken …</translation>
    </message>
    <message>
        <source>On paper</source>
        <translation>Auf Papier</translation>
    </message>
    <message>
        <source>Save the notice</source>
        <translation>Aushang speichern</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;Web page (*.html)</source>
        <translation>PDF (*.pdf);;Webseite (*.html)</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop to add to the list</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>May be one student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{later} at {time} may be {earlier} ({sure} sure)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{what} (by the {origin})</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{what} – undone</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Redo this</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo this</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>{count} files written to {out}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Writing the tables…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Writing the video…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The video was written to {out}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped; no video was written.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>FaceLoop</name>
    <message>
        <source>The face to label</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Looking for the face in the video…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Farewell</name>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Files deleted: {n}</source>
        <translation>Gelöschte Dateien: {n}</translation>
    </message>
    <message>
        <source>These could not be deleted:</source>
        <translation>Diese ließen sich nicht löschen:</translation>
    </message>
    <message>
        <source>Left untouched, yours to delete:</source>
        <translation>Unberührt, zum Löschen durch Sie selbst:</translation>
    </message>
    <message>
        <source>Tables that you exported elsewhere are where you put them.</source>
        <translation>Tabellen, die Sie exportiert haben, liegen, wo Sie sie abgelegt haben.</translation>
    </message>
    <message>
        <source>Close Roomread</source>
        <translation>Roomread schließen</translation>
    </message>
    <message>
        <source>The next start asks as the first one did (Enter)</source>
        <translation>Der nächste Start fragt wieder wie der erste (Eingabe)</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Sessions (*{suffix});;All files (*)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open session</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Find the video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Videos (*.mp4)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Marked video</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>Before you start</source>
        <translation>Vor dem Start</translation>
    </message>
    <message>
        <source>I have read this, and I will use Roomread only with consent and within the law.</source>
        <translation>Ich habe das gelesen und benutze Roomread nur mit Einwilligung und im Rahmen des Rechts.</translation>
    </message>
    <message>
        <source>Needed to go on</source>
        <translation>Nötig, um weiterzukommen</translation>
    </message>
    <message>
        <source>Your answers are kept on this computer and written into every session, so that whoever opens it later knows why it was made. You can change them under Settings, Privacy.</source>
        <translation>Ihre Antworten bleiben auf diesem Rechner und stehen in jeder Sitzung, damit später jeder weiß, warum sie entstanden ist. Ändern lassen sie sich unter Einstellungen, Datenschutz.</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Leave without starting (Esc)</source>
        <translation>Gehen, ohne zu starten (Esc)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>To the text (Alt+Left)</source>
        <translation>Zum Text (Alt+Links)</translation>
    </message>
    <message>
        <source>Step {n} of 2</source>
        <translation>Schritt {n} von 2</translation>
    </message>
    <message>
        <source>Start Roomread</source>
        <translation>Roomread starten</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>{what} (Enter)</source>
        <translation>{what} (Eingabe)</translation>
    </message>
    <message>
        <source>Still to do: say what you use it for.</source>
        <translation>Fehlt noch: wofür Sie es benutzen.</translation>
    </message>
    <message>
        <source>Still to do: choose by what right.</source>
        <translation>Fehlt noch: mit welchem Recht.</translation>
    </message>
    <message>
        <source>Still to do: tick the box.</source>
        <translation>Fehlt noch: das Häkchen.</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>How it works</source>
        <translation>So geht es</translation>
    </message>
    <message>
        <source>Purpose and law</source>
        <translation>Zweck und Recht</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über Roomread</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Reads the expressions in a room, on your own machine.</source>
        <translation>Liest die Ausdrücke in einem Raum, auf dem eigenen Rechner.</translation>
    </message>
    <message>
        <source>Free software; licence:</source>
        <translation>Freie Software; Lizenz:</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Gebaut mit</translation>
    </message>
</context>
<context>
    <name>KappaBars</name>
    <message>
        <source>Kappa of each expression</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>Timelines of the class and of every student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces read</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Legend</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>as at rest</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>LiveWorkspace</name>
    <message>
        <source>Open a recording or choose a camera</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>You can also drop a video file here. Everything stays on this computer.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The first picture appears in a moment.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Camera unplugged – waiting for it…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>LookPage</name>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>as the system is</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Another language shows from the next start of Roomread on.</source>
        <translation>Eine andere Sprache erscheint ab dem nächsten Start von Roomread.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sessions deleted because they were older than {days} days: {n}.</source>
        <translation>Gelöschte Sitzungen, die älter als {days} Tage waren: {n}.</translation>
    </message>
    <message>
        <source>Some could not be deleted: {why}</source>
        <translation>Manche ließen sich nicht löschen: {why}</translation>
    </message>
</context>
<context>
    <name>MarkerBar</name>
    <message>
        <source>Marker</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mark this moment, “group work starts”</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo marker</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take the last marker away</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What begins now</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Enter keeps the marker, Esc drops it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Marker {number}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Markers</name>
    <message>
        <source>Rename marker…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove marker</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Add marker…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Marker at {time}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What begins here?</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Rename marker</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Close the message (Esc)</source>
        <translation>Meldung schließen (Esc)</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>NoticeDialog</name>
    <message>
        <source>Purpose, limits and law</source>
        <translation>Zweck, Grenzen und Recht</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>Students</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The list of students</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seats</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>A map of the room</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Class only</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Only the class as a whole is shown and kept: no boxes, no numbers or names, no list of students and no seats.

Settings, Privacy changes this for the next session.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>PlanBar</name>
    <message>
        <source>Preset</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Frames a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How many frames of each second are analysed, at most</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source> s a row</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seconds a row of class.csv</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How long the intervals are that class.csv sums up</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Annotated video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source> frames/s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Preset:</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Where results go</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Beside each recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>In one folder…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Folder for the results</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Not in class-only mode: it knows no faces to mark or to cover</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Write a copy of the video with what was found drawn in; takes longer</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Results: beside each</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Results go to a folder beside each recording, lesson-roomread</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Results: {folder}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Results go to a folder each in {folder}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>The class as a whole only</source>
        <translation>Nur die Klasse als Ganzes</translation>
    </message>
    <message>
        <source>No boxes, no ids, no tables of single students; neither shown nor kept</source>
        <translation>Keine Rahmen, keine Kürzel, keine Tabellen einzelner; weder gezeigt noch gespeichert</translation>
    </message>
    <message>
        <source>Smallest group</source>
        <translation>Kleinste Gruppe</translation>
    </message>
    <message>
        <source>With fewer faces read, shares are withheld; {n} is usual</source>
        <translation>Bei weniger gelesenen Gesichtern werden Anteile verschwiegen; üblich: {n}</translation>
    </message>
    <message>
        <source>Faces on the screen and in pictures</source>
        <translation>Gesichter am Bildschirm und in Bildern</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>gezeigt</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>verwischt</translation>
    </message>
    <message>
        <source>covered</source>
        <translation>verdeckt</translation>
    </message>
    <message>
        <source>Keep a video beside each live session</source>
        <translation>Zu jeder Live-Sitzung ein Video speichern</translation>
    </message>
    <message>
        <source>Off: numbers only. On: drawn as chosen above, and large</source>
        <translation>Aus: nur Zahlen. An: wie oben gewählt gezeichnet, und groß</translation>
    </message>
    <message>
        <source>Delete sessions by themselves after</source>
        <translation>Sitzungen von selbst löschen nach</translation>
    </message>
    <message>
        <source>At the next start of Roomread; tables that you exported stay</source>
        <translation>Beim nächsten Start von Roomread; exportierte Tabellen bleiben</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tagen</translation>
    </message>
    <message>
        <source>Days after which sessions are deleted</source>
        <translation>Tage, nach denen Sitzungen gelöscht werden</translation>
    </message>
    <message>
        <source>Counted from when a session was made</source>
        <translation>Gezählt ab der Entstehung einer Sitzung</translation>
    </message>
    <message>
        <source>Agreed to on {date}. A change holds for later sessions.</source>
        <translation>Zugestimmt am {date}. Eine Änderung gilt für spätere Sitzungen.</translation>
    </message>
    <message>
        <source>Withhold shares with fewer faces than</source>
        <translation>Anteile verschweigen bei weniger Gesichtern als</translation>
    </message>
    <message>
        <source>Faces on the screen and in pictures are</source>
        <translation>Gesichter am Bildschirm und in Bildern werden</translation>
    </message>
    <message>
        <source>Read the notice…</source>
        <translation>Hinweise lesen …</translation>
    </message>
    <message>
        <source>Purpose, limits and law</source>
        <translation>Zweck, Grenzen und Recht</translation>
    </message>
    <message>
        <source>Notice for the door…</source>
        <translation>Aushang für die Tür …</translation>
    </message>
    <message>
        <source>A page to print: what happens in this room</source>
        <translation>Eine Seite zum Drucken: was in diesem Raum geschieht</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
</context>
<context>
    <name>PurposeForm</name>
    <message>
        <source>&amp;What do you use Roomread for?</source>
        <translation>&amp;Wofür benutzen Sie Roomread?</translation>
    </message>
    <message>
        <source>for example: pilot study on group work, class 7b</source>
        <translation>zum Beispiel: Pilotstudie zur Gruppenarbeit, Klasse 7b</translation>
    </message>
    <message>
        <source>What you use Roomread for</source>
        <translation>Wofür Sie Roomread benutzen</translation>
    </message>
    <message>
        <source>One line; it is written into every session</source>
        <translation>Eine Zeile; sie steht in jeder Sitzung</translation>
    </message>
    <message>
        <source>By what right?</source>
        <translation>Mit welchem Recht?</translation>
    </message>
    <message>
        <source>It is written into every session</source>
        <translation>Es steht in jeder Sitzung</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>Add recordings…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Choose video files to analyse</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pause or go on; in the list the space bar does it too</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open in Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Look at the results; in the list Enter does it too</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished">Ordner öffnen</translation>
    </message>
    <message>
        <source>Show the files of the results</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stop the chosen and keep what was read</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take the chosen off the list; files stay</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Clear done</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take all that are done off the list; files stay</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Drop recordings here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Single videos or whole folders. They are analysed one after the other on this computer, as chosen above, and the results open in Review.

Regions that you drew for a recording in Live hold here too.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>QueueTable</name>
    <message>
        <source>Recordings</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>A camera, or a recording as if it were one</source>
        <translation>Eine Kamera, oder eine Aufnahme, als wäre sie eine</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Many recordings, one after the other</source>
        <translation>Viele Aufnahmen nacheinander</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Rückblick</translation>
    </message>
    <message>
        <source>Look back on a session, correct and export it</source>
        <translation>Eine Sitzung ansehen, berichtigen und exportieren</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Privacy, look, analysis and your data</source>
        <translation>Datenschutz, Aussehen, Analyse und eigene Daten</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>How it works, keys, purpose and law</source>
        <translation>Wie es geht, Tasten, Zweck und Recht</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>{tip}; something runs here now</source>
        <translation>{tip}; hier läuft gerade etwas</translation>
    </message>
</context>
<context>
    <name>RegionBar</name>
    <message>
        <source>Drag a rectangle, or click corner by corner and end on the first one. Keys: arrows, Space, Enter; Page Down selects.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Take back the last corner or change</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Remove the selected region</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Load…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Use the regions of a file</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Save copy…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Keep these regions for other recordings</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished">Fertig</translation>
    </message>
    <message>
        <source>Stop drawing; everything is kept</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>RegionCanvas</name>
    <message>
        <source>Regions on the picture</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>RegionTool</name>
    <message>
        <source>Load regions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Save a copy of the regions</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ReviewController</name>
    <message>
        <source>An export is being written: wait for it, or stop it first.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>This session is not complete: {why}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Learning how each face looks at rest…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ReviewStudentModel</name>
    <message>
        <source>Share of the pictures of this student in which the app could tell</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Id</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Read</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left out of every table. Delete takes this student in again.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Double-click or press F2 to name this student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>add name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>left out</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>ReviewWorkspace</name>
    <message>
        <source>Open a session</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Review shows what was read in a lesson, lets you put right who is who, and exports it. Live and Analyse make sessions; drop one here, or choose one above.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The class as a whole</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>This session was recorded without boxes, ids or pictures.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>This session can't be opened</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stretch from here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stretch to here</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>SeatCanvas</name>
    <message>
        <source>Seat map</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seats known: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seats appear here as students are seen.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>front</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>SeatMap</name>
    <message>
        <source>Turn the room</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Front at the bottom, as the camera and the teacher see the class; or at the top, as on a seating plan</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>SessionBar</name>
    <message>
        <source>Made from {source}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Purpose: {text}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{name} (damaged)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No session on this computer yet</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Looking for sessions…</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>Eigene Daten</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Keep these settings (Enter)</source>
        <translation>Diese Einstellungen behalten (Eingabe)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Change nothing (Esc)</source>
        <translation>Nichts ändern (Esc)</translation>
    </message>
    <message>
        <source>Say what you use Roomread for, and by what right.</source>
        <translation>Sagen Sie, wofür Sie Roomread benutzen und mit welchem Recht.</translation>
    </message>
</context>
<context>
    <name>ShareBars</name>
    <message>
        <source>Change of each expression against rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>How much more or less of each expression than the same students show at rest, in points of probability</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Share of each expression now</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Share of each expression among the faces read in the last seconds. The thin line is its 95 % confidence band: few faces, wide band.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>no faces read yet</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Activity</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pictures shown a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pictures analysed a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces in the newest picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Pictures of the camera that the analysis had no time for</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>What the expression model runs on</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shown {n} fps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analysed {n} fps</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Skipped {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Runs on {what}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StreamDialog</name>
    <message>
        <source>Open a stream</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Address of a network camera, as its manual gives it. User and password may stand before the host; they are used once and never kept.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Begins with rtsp://, http:// or https://</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StretchPanel</name>
    <message>
        <source>Seen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Mostly</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Students in the stretch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Expressions in the stretch</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Share of each expression among the faces read in this stretch. The thin line is its 95 % confidence band: few students, wide band.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>&lt;b&gt;{low} to {high}&lt;/b&gt; ({seconds:.0f} s)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>students: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>faces read: {share}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>no faces in it</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>markers: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{who} (left out)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{who}: the app could tell in {read} of the pictures</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StudentList</name>
    <message>
        <source>Everyone the camera sees gets a number, S01, S02 and so on.

You can give a number a name here. Names stay on this computer.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Students</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StudentModel</name>
    <message>
        <source>Id</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Now</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Seen</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Double-click or press F2 to name this student</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>add name</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>out of view</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>StudentsPanel</name>
    <message>
        <source>Take in</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Leave out</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Last 5 min</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Show the last minutes only, or all</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Class over time</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shares are withheld while so few faces are read.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Shares of the expressions appear here as the analysis goes on.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{time}: withheld</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Share of each expression over time</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Timelines</name>
    <message>
        <source>out of view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>as at rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{who}, {time}: {what}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Class, {time}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>withheld: too few faces to say</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>faces read {share}</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Pause</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Picture is being recorded</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{share} sure</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>_Key</name>
    <message>
        <source>out of view</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>analyse</name>
    <message>
        <source>Recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Replace</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Open in Review</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analyse it and replace the results in {folder}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Every frame</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Not started</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analysing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished">Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Quick look</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Standard</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Custom</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Loading the models…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Writing the tables…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Drawing the video…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{name}, {fps:g} a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{fps:g} a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>with video</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Every frame is analysed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{fps:g} frames a second are analysed</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>class.csv has a row every {seconds:g} s</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>an annotated video is written too</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>about {n} s left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>about {n} min left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>about {h} h left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>about {h} h {m} min left</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>stopped at {share}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Students: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>took {time}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>with a problem: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{text}, paused</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>waiting while Live analyses; it goes on by itself</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left out, since there is no video in it: {name}.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Left out, since there is no video in them: {name} and {n} more.</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>bases</name>
    <message>
        <source>Everyone in the picture agreed, and parents where students are under age</source>
        <translation>Alle im Bild haben eingewilligt, bei Minderjährigen auch die Eltern</translation>
    </message>
    <message>
        <source>Research approved by an ethics board, with consent as it asks for</source>
        <translation>Von einer Ethikkommission genehmigte Forschung, mit der Einwilligung, die sie verlangt</translation>
    </message>
    <message>
        <source>Only I am in the picture</source>
        <translation>Nur ich bin im Bild</translation>
    </message>
    <message>
        <source>A medical or safety reason that the law allows</source>
        <translation>Ein medizinischer oder Sicherheitsgrund, den das Recht zulässt</translation>
    </message>
    <message>
        <source>No real people: drawn or published material</source>
        <translation>Keine echten Menschen: gezeichnetes oder veröffentlichtes Material</translation>
    </message>
</context>
<context>
    <name>door</name>
    <message>
        <source>Facial expressions are read in this room</source>
        <translation>In diesem Raum werden Gesichtsausdrücke gelesen</translation>
    </message>
    <message>
        <source>A camera and the program Roomread look at which expressions can be seen on faces. An expression is not a feeling, and the program is often wrong. Nobody is graded, ranked or judged by it.</source>
        <translation>Eine Kamera und das Programm Roomread schauen, welche Ausdrücke auf Gesichtern zu sehen sind. Ein Ausdruck ist kein Gefühl, und das Programm irrt oft. Niemand wird danach benotet, gereiht oder beurteilt.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Wozu</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Was gespeichert wird</translation>
    </message>
    <message>
        <source>What is not kept</source>
        <translation>Was nicht gespeichert wird</translation>
    </message>
    <message>
        <source>You may say no</source>
        <translation>Sie dürfen Nein sagen</translation>
    </message>
    <message>
        <source>Nobody may treat you worse for it. Tell us, and your place is left out. You may ask what is kept about you, and have it deleted.</source>
        <translation>Niemand darf Sie deshalb schlechter behandeln. Sagen Sie es uns, und Ihr Platz wird ausgelassen. Sie dürfen fragen, was über Sie gespeichert ist, und es löschen lassen.</translation>
    </message>
    <message>
        <source>Whom to ask</source>
        <translation>An wen man sich wendet</translation>
    </message>
    <message>
        <source>How often an expression was seen in the class as a whole, nothing of one person</source>
        <translation>Wie oft ein Ausdruck in der Klasse als Ganzes zu sehen war, nichts über einzelne</translation>
    </message>
    <message>
        <source>No shares where fewer than {n} faces could be read</source>
        <translation>Keine Anteile, wo weniger als {n} Gesichter lesbar waren</translation>
    </message>
    <message>
        <source>Numbers: which expression a face showed, when, and where in the picture</source>
        <translation>Zahlen: welchen Ausdruck ein Gesicht wann und wo im Bild zeigte</translation>
    </message>
    <message>
        <source>A code for each person (S01, S02 …); a name only if somebody types it in</source>
        <translation>Ein Kürzel für jeden Menschen (S01, S02 …); ein Name nur, wenn ihn jemand eintippt</translation>
    </message>
    <message>
        <source>A video of the lesson, with faces</source>
        <translation>Ein Video der Stunde, mit Gesichtern</translation>
    </message>
    <message>
        <source>A video of the lesson, with blurred faces</source>
        <translation>Ein Video der Stunde, mit verwischten Gesichtern</translation>
    </message>
    <message>
        <source>A video of the lesson, with covered faces</source>
        <translation>Ein Video der Stunde, mit verdeckten Gesichtern</translation>
    </message>
    <message>
        <source>All of it is deleted after {n} days</source>
        <translation>Alles wird nach {n} Tagen gelöscht</translation>
    </message>
    <message>
        <source>No picture and no video</source>
        <translation>Kein Bild und kein Video</translation>
    </message>
    <message>
        <source>No code and no name of anyone</source>
        <translation>Kein Kürzel und kein Name</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>Kein Ton</translation>
    </message>
    <message>
        <source>Nothing that could recognise a face another day</source>
        <translation>Nichts, woran sich ein Gesicht ein andermal wiedererkennen ließe</translation>
    </message>
    <message>
        <source>Nothing leaves this computer</source>
        <translation>Nichts verlässt diesen Rechner</translation>
    </message>
</context>
<context>
    <name>expression</name>
    <message>
        <source>neutral</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>happiness</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>surprise</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>sadness</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>anger</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>disgust</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>fear</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>contempt</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>can't tell</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>hover</name>
    <message>
        <source>out of view</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>read {rate} times a second</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>as at rest</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>against rest: {changes} points</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>notice</name>
    <message>
        <source>What Roomread is for</source>
        <translation>Wofür Roomread da ist</translation>
    </message>
    <message>
        <source>It shows which facial expressions can be seen in a classroom, for research that the people in the picture have consented to, and for teachers who look back on their own lesson, where the law allows it.</source>
        <translation>Es zeigt, welche Gesichtsausdrücke in einem Klassenzimmer zu sehen sind: für Forschung, in die die Menschen im Bild eingewilligt haben, und für Lehrkräfte, die auf den eigenen Unterricht zurückblicken, wo das Recht es erlaubt.</translation>
    </message>
    <message>
        <source>Expressions are not feelings</source>
        <translation>Ausdrücke sind keine Gefühle</translation>
    </message>
    <message>
        <source>A smile may be joy, courtesy or nerves. Roomread reads what a face shows for a moment, and is often wrong, most of all with small, dark, turned or covered faces. It says “can't tell” where it should not guess. It is no measure of attention, learning, health or character.</source>
        <translation>Ein Lächeln kann Freude, Höflichkeit oder Unsicherheit sein. Roomread liest, was ein Gesicht einen Augenblick lang zeigt, und irrt oft, vor allem bei kleinen, dunklen, abgewandten oder verdeckten Gesichtern. Es sagt „nicht erkennbar“, wo es nicht raten sollte. Es misst weder Aufmerksamkeit noch Lernen, Gesundheit oder Charakter.</translation>
    </message>
    <message>
        <source>What it must not be used for</source>
        <translation>Wofür es nicht benutzt werden darf</translation>
    </message>
    <message>
        <source>No grades, no discipline, no ranking or selecting, no watching of single students or staff, and no decision about anyone.</source>
        <translation>Keine Noten, keine Ordnungsmaßnahmen, keine Ranglisten oder Auswahl, kein Beobachten einzelner Lernender oder Beschäftigter und keine Entscheidung über irgendwen.</translation>
    </message>
    <message>
        <source>European Union: the AI Act</source>
        <translation>Europäische Union: die KI-Verordnung</translation>
    </message>
    <message>
        <source>AI systems that infer emotions of people in schools and other places of education, or at work, are **prohibited since 2 February 2025**, except for medical or safety reasons (Article 5(1)(f)). The Act leaves out systems made and put into service for scientific research alone (Article 2(6)); whether yours is one, your ethics board or data protection officer can say.</source>
        <translation>KI-Systeme, die Emotionen von Menschen in Schulen und anderen Bildungseinrichtungen oder am Arbeitsplatz ableiten, sind **seit dem 2. Februar 2025 verboten**, außer aus medizinischen oder Sicherheitsgründen (Artikel 5 Absatz 1 Buchstabe f). Ausgenommen sind Systeme, die allein für wissenschaftliche Forschung entwickelt und in Betrieb genommen werden (Artikel 2 Absatz 6); ob Ihres dazugehört, sagen Ihre Ethikkommission oder Datenschutzbeauftragte.</translation>
    </message>
    <message>
        <source>AI Act, Regulation (EU) 2024/1689</source>
        <translation>KI-Verordnung, Verordnung (EU) 2024/1689</translation>
    </message>
    <message>
        <source>European Union: data protection</source>
        <translation>Europäische Union: Datenschutz</translation>
    </message>
    <message>
        <source>Pictures of people, and what is read from them, are personal data. You need a legal basis (GDPR Article 6), a stronger one where health, belief or identity can be read from a face (special categories, Article 9), and, since children are looked at in a systematic way, most likely a data protection impact assessment before you begin (Article 35). People must be told, and consent must be free: nobody may lose anything by saying no.</source>
        <translation>Bilder von Menschen, und was daraus gelesen wird, sind personenbezogene Daten. Sie brauchen eine Rechtsgrundlage (DSGVO Artikel 6), eine stärkere, wo Gesundheit, Überzeugung oder Identität an einem Gesicht ablesbar sind (besondere Kategorien, Artikel 9), und, da Kinder planmäßig betrachtet werden, sehr wahrscheinlich vorher eine Datenschutz-Folgenabschätzung (Artikel 35). Alle müssen informiert sein, und Einwilligung muss frei sein: Wer Nein sagt, darf keinen Nachteil haben.</translation>
    </message>
    <message>
        <source>GDPR, Regulation (EU) 2016/679</source>
        <translation>DSGVO, Verordnung (EU) 2016/679</translation>
    </message>
    <message>
        <source>United States: FERPA</source>
        <translation>Vereinigte Staaten: FERPA</translation>
    </message>
    <message>
        <source>At schools with federal funding, a recording or a table that can be tied to a student may be an education record: parents, or students from 18 on, may see it, and it is passed on only with their written consent. States and districts may ask for more.</source>
        <translation>An Schulen mit Bundesmitteln kann eine Aufnahme oder Tabelle, die sich einem Lernenden zuordnen lässt, ein „education record“ sein: Eltern, oder Lernende ab 18, dürfen sie einsehen, und weitergegeben wird sie nur mit ihrer schriftlichen Einwilligung. Bundesstaaten und Bezirke können mehr verlangen.</translation>
    </message>
    <message>
        <source>FERPA rules, 34 CFR Part 99</source>
        <translation>FERPA-Regeln, 34 CFR Part 99</translation>
    </message>
    <message>
        <source>Your responsibility</source>
        <translation>Ihre Verantwortung</translation>
    </message>
    <message>
        <source>Other places have rules of their own. You are responsible for a lawful use: ask your data protection officer or ethics board first, and get consent, from parents too where students are under age. This page is a summary and **not legal advice**.</source>
        <translation>Anderswo gelten eigene Regeln. Für einen rechtmäßigen Gebrauch sind Sie verantwortlich: Fragen Sie zuerst Ihre Datenschutzbeauftragten oder die Ethikkommission und holen Sie Einwilligungen ein, bei Minderjährigen auch der Eltern. Diese Seite ist eine Zusammenfassung und **keine Rechtsberatung**.</translation>
    </message>
    <message>
        <source>Your data stays here</source>
        <translation>Ihre Daten bleiben hier</translation>
    </message>
    <message>
        <source>Pictures are analysed on this computer and never sent anywhere. Roomread keeps numbers and pseudonyms (S01, S02 …), and no pictures unless you ask for them. The face finder is downloaded once, the first time it is needed.</source>
        <translation>Bilder werden auf diesem Rechner ausgewertet und nirgendwohin geschickt. Roomread speichert Zahlen und Pseudonyme (S01, S02 …) und keine Bilder, außer Sie verlangen sie. Der Gesichtsfinder wird einmal heruntergeladen, wenn er zum ersten Mal gebraucht wird.</translation>
    </message>
    <message>
        <source>Purpose, limits and law</source>
        <translation>Zweck, Grenzen und Recht</translation>
    </message>
</context>
<context>
    <name>regions</name>
    <message>
        <source>Look here</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ignore</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Opt-out seat</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{name} (selected)</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>No regions</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The cross is at {x} from the left, {y} from the top</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Corners so far: {n}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces are looked for only here. Without such a region: everywhere.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Faces here are dropped: a corridor, posters, a screen.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>From now on, whoever sits here is never read nor stored, leaning out included.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Regions (*.toml);;All files (*)</source>
        <translation type="unfinished" />
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>Choose a recording or a camera</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Analysing</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Ready to export</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Closing…</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{now} of {end}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{count} pictures were analysed and kept</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped by a problem</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>The recording is at its end. {kept}; Export writes the tables.</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>At the end of the recording</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped; {kept}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>{count} files written to {folder}</source>
        <translation type="unfinished" />
    </message>
    <message>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;All files (*)</source>
        <translation type="unfinished" />
    </message>
</context>
</TS>
