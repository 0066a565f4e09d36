<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AnalyseWorkspace</name>
    <message>
        <source>Analyse has finished its list of recordings.</source>
        <translation>Die Liste der Aufnahmen ist fertig analysiert.</translation>
    </message>
    <message>
        <source>Add recordings</source>
        <translation>Aufnahmen hinzufügen</translation>
    </message>
    <message>
        <source>On the list already, and not done yet: {n}.</source>
        <translation>Schon in der Liste und noch nicht fertig: {n}.</translation>
    </message>
    <message>
        <source>Open in Review</source>
        <translation>Zum Rückblick</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Replace the results</source>
        <translation>Ergebnisse ersetzen</translation>
    </message>
    <message>
        <source>Analyse as chosen above</source>
        <translation>Wie oben gewählt analysieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Move up	Ctrl+Up</source>
        <translation>Nach oben	Strg+Hoch</translation>
    </message>
    <message>
        <source>Move down	Ctrl+Down</source>
        <translation>Nach unten	Strg+Herunter</translation>
    </message>
    <message>
        <source>Remove	Del</source>
        <translation>Entfernen	Entf</translation>
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
        <source>{what} only</source>
        <translation>nur {what}</translation>
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
        <source>Live may &amp;use</source>
        <translation>Live darf &amp;nutzen</translation>
    </message>
    <message>
        <source>Live reads each &amp;face</source>
        <translation>Live liest jedes &amp;Gesicht</translation>
    </message>
    <message>
        <source>It &amp;runs on the</source>
        <translation>Gerechnet wird a&amp;uf</translation>
    </message>
    <message>
        <source>Faces are fou&amp;nd</source>
        <translation>Gesichter werden gefun&amp;den</translation>
    </message>
    <message>
        <source>Changes hold from the next analysis on.</source>
        <translation>Änderungen gelten ab der nächsten Analyse.</translation>
    </message>
    <message>
        <source>How much of the computer Live may use</source>
        <translation>Wie viel vom Rechner Live nutzen darf</translation>
    </message>
    <message>
        <source>other programs stay quick</source>
        <translation>andere Programme bleiben flink</translation>
    </message>
    <message>
        <source>usual</source>
        <translation>üblich</translation>
    </message>
    <message>
        <source>all of it, other programs wait</source>
        <translation>alles, andere Programme warten</translation>
    </message>
    <message>
        <source> times a second</source>
        <translation> Mal je Sekunde</translation>
    </message>
    <message>
        <source>How often Live reads each face</source>
        <translation>Wie oft Live jedes Gesicht abliest</translation>
    </message>
    <message>
        <source>Where the computer has the time; 5 is usual. Fewer than 3 miss short expressions, more than 5 take more of the computer.</source>
        <translation>Sofern der Rechner Zeit dafür hat; üblich ist 5. Bei weniger als 3 entgehen kurze Ausdrücke, mehr als 5 belasten den Rechner stärker.</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>Weniger</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>Can I trust it in my room?</source>
        <translation>Kann ich ihm in meinem Raum trauen?</translation>
    </message>
    <message>
        <source>You label some faces of this session by hand, without seeing what the app says. Then it shows how often you agree, and on what.</source>
        <translation>Sie benennen den Ausdruck auf einigen Gesichtern dieser Sitzung von Hand, ohne zu sehen, was Roomread sagt. Danach sehen Sie, wie oft Sie beide übereinstimmen, und worin.</translation>
    </message>
    <message>
        <source>Faces to label</source>
        <translation>Gesichter zum Benennen</translation>
    </message>
    <message>
        <source>More faces take longer and say more</source>
        <translation>Mehr Gesichter dauern länger und sagen mehr</translation>
    </message>
    <message>
        <source>{n} faces</source>
        <translation>{n} Gesichter</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Label faces, or go on</source>
        <translation>Gesichter benennen oder damit weitermachen</translation>
    </message>
    <message>
        <source>See report</source>
        <translation>Bericht ansehen</translation>
    </message>
    <message>
        <source>How well the app agrees</source>
        <translation>Wie gut Roomread übereinstimmt</translation>
    </message>
    <message>
        <source>You can stop at any time and go on later: every label is kept in the session file. The pictures are not.</source>
        <translation>Sie können jederzeit aufhören und später weitermachen: Jede Angabe steht in der Sitzungsdatei. Die Bilder nicht.</translation>
    </message>
    <message>
        <source>Faces labelled</source>
        <translation>Benannte Gesichter</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The face before</source>
        <translation>Das Gesicht davor</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Leave this face out</source>
        <translation>Dieses Gesicht auslassen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Schluss</translation>
    </message>
    <message>
        <source>Stop here, and see the report</source>
        <translation>Hier aufhören und den Bericht ansehen</translation>
    </message>
    <message>
        <source>Go on labelling</source>
        <translation>Weiter benennen</translation>
    </message>
    <message>
        <source>Label more faces</source>
        <translation>Mehr Gesichter benennen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the report</source>
        <translation>Den Bericht schließen</translation>
    </message>
    <message>
        <source>This needs the recording: find the video first.</source>
        <translation>Dazu braucht es die Aufnahme: Suchen Sie zuerst das Video.</translation>
    </message>
    <message>
        <source>Faces are covered, so nobody can label them: let them be shown in the settings, under Privacy.</source>
        <translation>Die Gesichter sind verdeckt, so kann sie niemand benennen: Lassen Sie sie zeigen, unter Einstellungen, Datenschutz.</translation>
    </message>
    <message>
        <source>Face {n} of {all}. What does it show?</source>
        <translation>Gesicht {n} von {all}. Was zeigt es?</translation>
    </message>
</context>
<context>
    <name>CheckReport</name>
    <message>
        <source>Take it as a hint at most, and only for the class as a whole.</source>
        <translation>Nehmen Sie es höchstens als Hinweis, und nur für die Klasse als Ganzes.</translation>
    </message>
    <message>
        <source>Useful for the class over minutes; not for one student at one moment.</source>
        <translation>Brauchbar für die Klasse über Minuten; nicht für eine Person in einem Augenblick.</translation>
    </message>
    <message>
        <source>It mostly reads these faces as you do. Look twice at the weak expressions.</source>
        <translation>Es liest diese Gesichter meist wie Sie. Schauen Sie bei schwachen Ausdrücken zweimal hin.</translation>
    </message>
    <message>
        <source>It reads these faces as you do, nearly always.</source>
        <translation>Es liest diese Gesichter fast immer wie Sie.</translation>
    </message>
    <message>
        <source>poor</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>slight</source>
        <translation>geringe</translation>
    </message>
    <message>
        <source>fair</source>
        <translation>mäßige</translation>
    </message>
    <message>
        <source>moderate</source>
        <translation>mittlere</translation>
    </message>
    <message>
        <source>substantial</source>
        <translation>beachtliche</translation>
    </message>
    <message>
        <source>almost perfect</source>
        <translation>fast vollkommene</translation>
    </message>
    <message>
        <source>Words for kappa after Landis &amp; Koch (1977), “The measurement of observer agreement for categorical data”: to 0.2 slight, to 0.4 fair, to 0.6 moderate, to 0.8 substantial, above almost perfect. Kappa is agreement beyond chance (Cohen, 1960). The word is that of the lower end of its 95% interval: the agreement is at least so strong. While the interval is wider than 0.4, there are too few labels to say.</source>
        <translation>Wörter für Kappa nach Landis &amp; Koch (1977), „The measurement of observer agreement for categorical data“: bis 0,2 gering, bis 0,4 mäßig, bis 0,6 mittel, bis 0,8 beachtlich, darüber fast vollkommen. Kappa ist Übereinstimmung über den Zufall hinaus (Cohen, 1960). Das Wort gilt für das untere Ende des Vertrauensbereichs (95&#xa0;%): So stark ist die Übereinstimmung mindestens. Solange der Bereich breiter als 0,4 ist, gibt es zu wenige Angaben dafür.</translation>
    </message>
    <message>
        <source>Kappa is how much more often you and the app agree than luck would: 0 is no better than luck, 1 is always.</source>
        <translation>Kappa sagt, wie viel öfter Sie und Roomread übereinstimmen als durch Zufall: 0 ist nicht besser als Zufall, 1 ist immer.</translation>
    </message>
    <message>
        <source>Kappa of each expression against all others</source>
        <translation>Kappa jedes Ausdrucks gegen alle anderen</translation>
    </message>
    <message>
        <source>You say (rows), the app says (columns)</source>
        <translation>Sie sagen (Zeilen), Roomread sagt (Spalten)</translation>
    </message>
    <message>
        <source>{Strength} agreement</source>
        <translation>{Strength} Übereinstimmung</translation>
    </message>
    <message>
        <source>Kappa {kappa}. Same expression: {share} of the time.</source>
        <translation>Kappa {kappa}. Gleicher Ausdruck: in {share} der Fälle.</translation>
    </message>
    <message>
        <source>Nothing to say yet</source>
        <translation>Noch nichts zu sagen</translation>
    </message>
    <message>
        <source>Do not rely on it here: it may agree with you no better than chance.</source>
        <translation>Verlassen Sie sich hier nicht darauf: Es stimmt vielleicht nicht besser mit Ihnen überein als der Zufall.</translation>
    </message>
    <message>
        <source>Do not rely on it here: it may agree with you little better than chance.</source>
        <translation>Verlassen Sie sich hier nicht darauf: Es stimmt vielleicht kaum besser mit Ihnen überein als der Zufall.</translation>
    </message>
    <message>
        <source>Numbers: faces that you labelled. Colours: of the time in which you would say so, what the app says, estimated for the whole session (rare expressions are asked about more often than they occur).</source>
        <translation>Zahlen: Gesichter, die Sie benannt haben. Farben: was Roomread in der Zeit sagt, in der Sie das sagen würden, geschätzt für die ganze Sitzung (nach seltenen Ausdrücken wird öfter gefragt, als sie vorkommen).</translation>
    </message>
    <message>
        <source>Too few labels to say</source>
        <translation>Noch zu wenige Angaben</translation>
    </message>
    <message>
        <source>So few labels could agree, or not, by luck.</source>
        <translation>So wenige Angaben könnten auch durch Zufall übereinstimmen, oder nicht.</translation>
    </message>
    <message>
        <source>There are too few faces of which both you and the app name an expression.</source>
        <translation>Es gibt zu wenige Gesichter, zu denen sowohl Sie als auch Roomread einen Ausdruck nennen.</translation>
    </message>
    <message>
        <source>About {n} more labels would make this surer.</source>
        <translation>Etwa {n} weitere Angaben würden das sicherer machen.</translation>
    </message>
    <message>
        <source>More labels would change little.</source>
        <translation>Weitere Angaben würden wenig ändern.</translation>
    </message>
    <message>
        <source>Labelled: {n} faces</source>
        <translation>Benannt: {n} Gesichter</translation>
    </message>
    <message>
        <source>both name an expression: {n}</source>
        <translation>beide nennen einen Ausdruck: {n}</translation>
    </message>
    <message>
        <source>the labels speak of {share} of the session</source>
        <translation>die Angaben stehen für {share} der Sitzung</translation>
    </message>
    <message>
        <source>{value} ({low} to {high})</source>
        <translation>{value} ({low} bis {high})</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Against rest</source>
        <translation>Ruhevergleich</translation>
    </message>
    <message>
        <source>Show how the class differs from its own faces at rest</source>
        <translation>Zeigen, worin die Klasse von ihren eigenen Gesichtern in Ruhe abweicht</translation>
    </message>
    <message>
        <source>Class now</source>
        <translation>Die Klasse jetzt</translation>
    </message>
    <message>
        <source>Students in view</source>
        <translation>Lernende im Bild</translation>
    </message>
    <message>
        <source>Of the faces seen in the last seconds, how many the app could read. So few seconds and faces leave room for chance: were such a moment read over and over, 95 of 100 times the share would lie between the two numbers below it.</source>
        <translation>Wie viele der Gesichter, die in den letzten Sekunden zu sehen waren, Roomread lesen konnte. So wenige Sekunden und Gesichter lassen dem Zufall Raum: Würde ein solcher Augenblick immer wieder gelesen, läge der Anteil 95 von 100 Mal zwischen den beiden Zahlen darunter.</translation>
    </message>
    <message>
        <source>student
in view</source>
        <translation>Person
im Bild</translation>
    </message>
    <message>
        <source>students
in view</source>
        <translation>Lernende
im Bild</translation>
    </message>
    <message>
        <source>Shares are withheld: fewer than {n} faces were read at a time. In so small a group a share would say something of a single student.</source>
        <translation>Anteile werden zurückgehalten: Weniger als {n} Gesichter waren zugleich lesbar. In einer so kleinen Gruppe würde ein Anteil etwas über eine einzelne Person sagen.</translation>
    </message>
    <message>
        <source>no faces yet</source>
        <translation>noch keine Gesichter</translation>
    </message>
    <message>
        <source>{share} of faces read</source>
        <translation>{share} der Gesichter gelesen</translation>
    </message>
    <message>
        <source>between {low} and {high}</source>
        <translation>zwischen {low} und {high}</translation>
    </message>
    <message>
        <source>Learning each student&apos;s rest…</source>
        <translation>Lernt, wie jedes Gesicht in Ruhe aussieht …</translation>
    </message>
    <message>
        <source>Points more or less than at rest.</source>
        <translation>Punkte mehr oder weniger als in Ruhe.</translation>
    </message>
    <message>
        <source>What faces show, not what students feel.</source>
        <translation>Was Gesichter zeigen; das sind keine Gefühle.</translation>
    </message>
</context>
<context>
    <name>ConfusionTable</name>
    <message>
        <source>Confusion table</source>
        <translation>Verwechslungstabelle</translation>
    </message>
    <message>
        <source>You: {hand}. The app: {machine}. Faces that you labelled: {n}. Of the time in which you would say {hand}, estimated for the whole session: {share}</source>
        <translation>Sie: {hand}. Roomread: {machine}. Von Ihnen benannte Gesichter: {n}. Von der Zeit, in der Sie {hand} sagen würden, geschätzt für die ganze Sitzung: {share}</translation>
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet …</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet …</translation>
    </message>
    <message>
        <source>Writing the tables…</source>
        <translation>Tabellen werden geschrieben …</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Open recording…</source>
        <translation>Aufnahme …</translation>
    </message>
    <message>
        <source>Choose a video file</source>
        <translation>Eine Videodatei wählen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Choose a camera or a stream</source>
        <translation>Eine Kamera oder einen Stream wählen</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Try the demo clip</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>A drawn class that comes with Roomread; nobody real is in it</source>
        <translation>Eine gezeichnete Klasse, die zu Roomread gehört; niemand darin ist echt</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>Where to look, what to ignore, who has opted out</source>
        <translation>Wohin geschaut wird, was ignoriert wird, wer nicht mitmacht</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Start the analysis</source>
        <translation>Die Analyse starten</translation>
    </message>
    <message>
        <source>Pause, or go on; the space bar does it too</source>
        <translation>Pause oder weiter; auch mit der Leertaste</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop and keep what was read</source>
        <translation>Anhalten und behalten, was gelesen ist</translation>
    </message>
    <message>
        <source>Full speed</source>
        <translation>Volles Tempo</translation>
    </message>
    <message>
        <source>Analyse a recording faster than it plays</source>
        <translation>Eine Aufnahme schneller analysieren, als sie läuft</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export …</translation>
    </message>
    <message>
        <source>Write the tables (CSV)</source>
        <translation>Die Tabellen schreiben (CSV)</translation>
    </message>
    <message>
        <source>Open in Review</source>
        <translation>Zum Rückblick</translation>
    </message>
    <message>
        <source>Look at what was read, moment by moment</source>
        <translation>Augenblick für Augenblick ansehen, was gelesen wurde</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>No camera found. Plug one in and open this menu again.</source>
        <translation>Keine Kamera gefunden. Schließen Sie eine an und öffnen Sie dieses Menü noch einmal.</translation>
    </message>
    <message>
        <source>Looking for cameras…</source>
        <translation>Kameras werden gesucht …</translation>
    </message>
    <message>
        <source>Stream…</source>
        <translation>Stream …</translation>
    </message>
    <message>
        <source>A network camera by its address</source>
        <translation>Eine Netzwerkkamera über ihre Adresse</translation>
    </message>
    <message>
        <source>Picture size</source>
        <translation>Bildgröße</translation>
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
        <source>Delete everything</source>
        <translation>Alles löschen</translation>
    </message>
    <message>
        <source>Deletes all sessions, also those beside recordings that you analysed, the videos that Live kept, drawn regions, the lists of recordings, settings, the name on the door notice and your consent. Tables, marked videos, recordings and sessions that you moved elsewhere stay: they are yours to delete.</source>
        <translation>Löscht alle Sitzungen, auch die neben Aufnahmen, die Sie analysiert haben, die Videos von Live, gezeichnete Bereiche, die Listen der Aufnahmen, Einstellungen, den Namen auf dem Aushang und Ihre Zustimmung. Tabellen, Videos mit Rahmen, Aufnahmen und Sitzungen, die Sie verschoben haben, bleiben: Die löschen Sie selbst.</translation>
    </message>
    <message>
        <source>Left over from sessions whose file is gone: {n}.</source>
        <translation>Reste von Sitzungen, deren Datei fehlt: {n}.</translation>
    </message>
    <message>
        <source>DELETE</source>
        <translation>LÖSCHEN</translation>
    </message>
    <message>
        <source>This can&apos;t be undone. Type {word} to go on:</source>
        <translation>Das lässt sich nicht rückgängig machen. Tippen Sie {word}, um fortzufahren:</translation>
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
        <source>The page</source>
        <translation>Die Seite</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>Gespeichert als {path}</translation>
    </message>
    <message>
        <source>A camera is read in the &amp;lesson</source>
        <translation>In der &amp;Stunde wird eine Kamera gelesen</translation>
    </message>
    <message>
        <source>With Live</source>
        <translation>Mit Live</translation>
    </message>
    <message>
        <source>The lesson is &amp;filmed and the recording read</source>
        <translation>Die Stunde wird ge&amp;filmt und die Aufnahme gelesen</translation>
    </message>
    <message>
        <source>With Analyse; the page says then that there is a video</source>
        <translation>Mit Analyse; der Aushang sagt dann, dass es ein Video gibt</translation>
    </message>
    <message>
        <source>A &amp;marked video is made</source>
        <translation>Ein Video &amp;mit Rahmen wird gemacht</translation>
    </message>
    <message>
        <source>With codes and expressions drawn in, from Analyse or Review</source>
        <translation>Mit eingezeichneten Kürzeln und Ausdrücken, aus Analyse oder Rückblick</translation>
    </message>
    <message>
        <source>Your data protection officer too, if you have one. Left open: a line</source>
        <translation>Auch Ihre Datenschutzbeauftragten, wenn Sie welche haben. Leer: eine Linie</translation>
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
        <source>Who is &amp;responsible</source>
        <translation>Wer &amp;verantwortlich ist</translation>
    </message>
    <message>
        <source>Whom to &amp;ask</source>
        <translation>&amp;Ansprechperson</translation>
    </message>
    <message>
        <source>&amp;Deleted at the latest on</source>
        <translation>Spätestens ge&amp;löscht am</translation>
    </message>
    <message>
        <source>What is kept, how long, and by what right is as the settings behind this dialog say. Check that all of it is true before you hang it up.</source>
        <translation>Was wie lange und mit welchem Recht gespeichert wird, steht so in den Einstellungen hinter diesem Dialog. Prüfen Sie, dass alles stimmt, bevor Sie es aufhängen.</translation>
    </message>
    <message>
        <source>Left open: a line to write on</source>
        <translation>Leer: eine Linie zum Ausfüllen</translation>
    </message>
    <message>
        <source>name, school or institute</source>
        <translation>Name, Schule oder Institut</translation>
    </message>
    <message>
        <source>room, phone or mail</source>
        <translation>Raum, Telefon oder E-Mail</translation>
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
        <translation>Loslassen, um sie in die Liste zu nehmen</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>Open suggestions</source>
        <translation>Offene Vorschläge</translation>
    </message>
    <message>
        <source>Choose one to see both students in the timelines</source>
        <translation>Wählen Sie einen, um beide im Verlauf zu sehen</translation>
    </message>
    <message>
        <source>Yes, one student</source>
        <translation>Ja, dieselbe Person</translation>
    </message>
    <message>
        <source>Merge the two</source>
        <translation>Die beiden zusammenlegen</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>They are two students</source>
        <translation>Es sind zwei Personen</translation>
    </message>
    <message>
        <source>No suggestion is open.</source>
        <translation>Kein Vorschlag ist offen.</translation>
    </message>
    <message>
        <source>Edit log</source>
        <translation>Liste der Änderungen</translation>
    </message>
    <message>
        <source>Nothing was changed yet. Every change can be undone here.</source>
        <translation>Noch wurde nichts geändert. Jede Änderung lässt sich hier rückgängig machen.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation>Die letzte Änderung rückgängig machen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Redo what was undone last</source>
        <translation>Wiederholen, was zuletzt rückgängig gemacht wurde</translation>
    </message>
    <message>
        <source>Undo or redo the edit chosen</source>
        <translation>Die gewählte Änderung rückgängig machen oder wiederholen</translation>
    </message>
    <message>
        <source>May be one student</source>
        <translation>Vielleicht dieselbe Person</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>{later} at {time} may be {earlier} ({sure} sure)</source>
        <translation>{later} bei {time} ist vielleicht {earlier} ({sure} sicher)</translation>
    </message>
    <message>
        <source>{what} – undone</source>
        <translation>{what} – rückgängig gemacht</translation>
    </message>
    <message>
        <source>Redo this</source>
        <translation>Diese wieder</translation>
    </message>
    <message>
        <source>Undo this</source>
        <translation>Diese zurück</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Rows for the f&amp;rames between, too</source>
        <translation>Zeilen auch für die &amp;Bilder dazwischen</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Fol&amp;der</source>
        <translation>Or&amp;dner</translation>
    </message>
    <message>
        <source>In observations.csv, with faces moved along between two frames that were analysed. What a student shows stands until the next reading. A large file</source>
        <translation>In observations.csv; zwischen zwei ausgewerteten Bildern wandern die Gesichter mit. Was jemand zeigt, gilt bis zur nächsten Ablesung. Eine große Datei</translation>
    </message>
    <message>
        <source>Class sums e&amp;very</source>
        <translation>Klasse zusammenfassen &amp;alle</translation>
    </message>
    <message>
        <source>How long the intervals of class tables and subtitles are</source>
        <translation>Wie lang die Abschnitte der Klassentabellen und Untertitel sind</translation>
    </message>
    <message>
        <source>Episodes: drop &amp;shorter than</source>
        <translation>Episoden: &amp;weglassen unter</translation>
    </message>
    <message>
        <source>Of BORIS and ELAN: a shorter episode of an expression is dropped</source>
        <translation>Für BORIS und ELAN: Eine kürzere Episode eines Ausdrucks fällt weg</translation>
    </message>
    <message>
        <source>&amp;bridge gaps under</source>
        <translation>&amp;Lücken überbrücken unter</translation>
    </message>
    <message>
        <source>Of BORIS and ELAN: a shorter interruption does not end an episode</source>
        <translation>Für BORIS und ELAN: Eine kürzere Unterbrechung beendet keine Episode</translation>
    </message>
    <message>
        <source>The files go here; the folder is made if there is none</source>
        <translation>Hierhin kommen die Dateien; der Ordner wird angelegt, wenn es ihn nicht gibt</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen…</translation>
    </message>
    <message>
        <source>Choose where this session&apos;s folder is made</source>
        <translation>Wählen, wo der Ordner dieser Sitzung angelegt wird</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Write nothing (Esc)</source>
        <translation>Nichts schreiben (Esc)</translation>
    </message>
    <message>
        <source>Write the files (Enter)</source>
        <translation>Die Dateien schreiben (Eingabe)</translation>
    </message>
    <message>
        <source>Folder for the exports</source>
        <translation>Ordner für die Exporte</translation>
    </message>
    <message>
        <source>Tick a format.</source>
        <translation>Haken Sie ein Format an.</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>Wählen Sie einen Ordner.</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>{count} files written to {out}</source>
        <translation>{count} Dateien geschrieben nach {out}</translation>
    </message>
    <message>
        <source>Writing the files…</source>
        <translation>Die Dateien werden geschrieben…</translation>
    </message>
    <message>
        <source>Files of before your last edits were removed: {names}.</source>
        <translation>Dateien von vor Ihren letzten Änderungen wurden entfernt: {names}.</translation>
    </message>
    <message>
        <source>The class has no shares: fewer than {n} faces were ever read at once.</source>
        <translation>Zur Klasse gibt es keine Anteile: Nie waren {n} oder mehr Gesichter zugleich lesbar.</translation>
    </message>
    <message>
        <source>Stopped; nothing was written.</source>
        <translation>Angehalten; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Writing the report…</source>
        <translation>Der Bericht wird geschrieben…</translation>
    </message>
    <message>
        <source>The report was written to {out}</source>
        <translation>Der Bericht wurde nach {out} geschrieben</translation>
    </message>
    <message>
        <source>Stopped; no report was written.</source>
        <translation>Angehalten; kein Bericht wurde geschrieben.</translation>
    </message>
    <message>
        <source>Writing the video…</source>
        <translation>Video wird geschrieben …</translation>
    </message>
    <message>
        <source>The video was written to {out}</source>
        <translation>Das Video steht in {out}</translation>
    </message>
    <message>
        <source>Stopped; no video was written.</source>
        <translation>Angehalten; kein Video wurde geschrieben.</translation>
    </message>
    <message>
        <source>Saving what can be read…</source>
        <translation>Lesbares wird gesichert…</translation>
    </message>
    <message>
        <source>Stopped; nothing was saved.</source>
        <translation>Angehalten; nichts wurde gesichert.</translation>
    </message>
</context>
<context>
    <name>FaceLoop</name>
    <message>
        <source>The face to label</source>
        <translation>Das Gesicht zum Benennen</translation>
    </message>
    <message>
        <source>Looking for the face in the video…</source>
        <translation>Das Gesicht wird im Video gesucht …</translation>
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
        <translation>Sitzungen (*{suffix});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open session</source>
        <translation>Sitzung öffnen</translation>
    </message>
    <message>
        <source>Save what can be read</source>
        <translation>Lesbares sichern</translation>
    </message>
    <message>
        <source>Into a new session beside it, which opens then; the damaged one stays</source>
        <translation>In eine neue Sitzung daneben, die sich dann öffnet; die beschädigte bleibt</translation>
    </message>
    <message>
        <source>Find the video</source>
        <translation>Das Video suchen</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>Webseiten (*.html)</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Videos (*.mp4)</source>
        <translation>Videos (*.mp4)</translation>
    </message>
    <message>
        <source>Marked video</source>
        <translation>Video mit Rahmen</translation>
    </message>
    <message>
        <source>{name} exists already. Replace it?</source>
        <translation>{name} gibt es schon. Ersetzen?</translation>
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
        <translation>Ihre Antworten bleiben auf diesem Rechner und stehen in jeder Sitzung, damit später alle wissen, warum sie entstanden ist. Ändern lassen sie sich unter Einstellungen, Datenschutz.</translation>
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
    <name>GivenFiles</name>
    <message>
        <source>Review shows one session at a time; {name} is open now.</source>
        <translation>Der Rückblick zeigt eine Sitzung auf einmal; {name} ist jetzt offen.</translation>
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
        <source>Licences of what Roomread is built from</source>
        <translation>Lizenzen der Bestandteile von Roomread</translation>
    </message>
    <message>
        <source>All parts with their licences, to read and to copy</source>
        <translation>Alle Bestandteile mit ihren Lizenzen, zum Lesen und Kopieren</translation>
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
        <source>Weights of the expression models, not for commercial use:</source>
        <translation>Gewichte der Ausdrucksmodelle, nicht für gewerbliche Zwecke:</translation>
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
        <translation>Kappa jedes Ausdrucks</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>Faces are covered in the video from now on; the part already written stays as it is: {path}</source>
        <translation>Von jetzt an sind die Gesichter im Video verdeckt; was schon geschrieben ist, bleibt, wie es ist: {path}</translation>
    </message>
    <message>
        <source>The seat is hidden in the video from now on; the part already written stays as it is: {path}</source>
        <translation>Von jetzt an ist der Platz im Video verborgen; was schon geschrieben ist, bleibt, wie es ist: {path}</translation>
    </message>
    <message>
        <source>This session still keeps single students; stop it to change.</source>
        <translation>Diese Sitzung speichert noch einzelne Lernende; halten Sie sie an, um das zu ändern.</translation>
    </message>
    <message>
        <source>This session still keeps the class only; stop it to change.</source>
        <translation>Diese Sitzung speichert noch nur die Klasse; halten Sie sie an, um das zu ändern.</translation>
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>Timelines of the class and of every student</source>
        <translation>Verlauf der Klasse und aller Lernenden</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Faces read</source>
        <translation>Gelesen</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
    <message>
        <source>withheld: too few faces</source>
        <translation>zurückgehalten: zu wenige Gesichter</translation>
    </message>
    <message>
        <source>as at rest</source>
        <translation>wie in Ruhe</translation>
    </message>
</context>
<context>
    <name>Licences</name>
    <message>
        <source>Licences of what Roomread is built from</source>
        <translation>Lizenzen der Bestandteile von Roomread</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Copy the whole text</source>
        <translation>Den ganzen Text kopieren</translation>
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
    <name>LiveStudentModel</name>
    <message>
        <source>Id</source>
        <translation>Kürzel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Benennen</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>/s</source>
        <translation>/s</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Im Bild</translation>
    </message>
    <message>
        <source>How many times a second this face is really read</source>
        <translation>Wie oft je Sekunde dieses Gesicht wirklich abgelesen wird</translation>
    </message>
    <message>
        <source>How long this student was in view so far</source>
        <translation>Wie lange diese Person bisher im Bild war</translation>
    </message>
    <message>
        <source>out of view</source>
        <translation>nicht im Bild</translation>
    </message>
    <message>
        <source>read {rate} times a second</source>
        <translation>{rate}-mal je Sekunde abgelesen</translation>
    </message>
</context>
<context>
    <name>LiveWorkspace</name>
    <message>
        <source>Open a recording or choose a camera</source>
        <translation>Aufnahme öffnen oder Kamera wählen</translation>
    </message>
    <message>
        <source>You can also drop a video file here. Everything stays on this computer.</source>
        <translation>Sie können auch eine Videodatei hierher ziehen. Alles bleibt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet …</translation>
    </message>
    <message>
        <source>The first picture appears in a moment.</source>
        <translation>Das erste Bild erscheint gleich.</translation>
    </message>
    <message>
        <source>This computer reads the recording more slowly than it plays. Every picture is read all the same. Analyse reads fewer pictures a second and is done sooner; Full speed never waits for the clock.</source>
        <translation>Dieser Rechner liest die Aufnahme langsamer, als sie läuft. Trotzdem wird jedes Bild gelesen. Analyse liest weniger Bilder je Sekunde und ist früher fertig; Volles Tempo wartet nie auf die Uhr.</translation>
    </message>
    <message>
        <source>This computer reads each face fewer than 3 times a second now: short expressions may be missed. A smaller picture size, closing other programs, or the fast model (Settings, Analysis) help.</source>
        <translation>Dieser Rechner liest jedes Gesicht gerade seltener als 3-mal je Sekunde ab: Kurze Ausdrücke können entgehen. Es hilft, ein kleineres Bild zu wählen, andere Programme zu schließen oder das schnelle Modell zu nehmen (Einstellungen, Analyse).</translation>
    </message>
    <message>
        <source>Camera unplugged – waiting for it…</source>
        <translation>Kamera getrennt – es wird auf sie gewartet …</translation>
    </message>
    <message>
        <source>No picture from the network camera – trying again…</source>
        <translation>Kein Bild von der Kamera – neuer Versuch …</translation>
    </message>
    <message>
        <source>Open recording</source>
        <translation>Aufnahme öffnen</translation>
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation>Ordner für die Tabellen</translation>
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
        <translation>Marke</translation>
    </message>
    <message>
        <source>Mark this moment, “group work starts”</source>
        <translation>Diesen Augenblick markieren, „Gruppenarbeit beginnt“</translation>
    </message>
    <message>
        <source>Undo marker</source>
        <translation>Marke zurück</translation>
    </message>
    <message>
        <source>Take the last marker away</source>
        <translation>Die letzte Marke wegnehmen</translation>
    </message>
    <message>
        <source>What begins now</source>
        <translation>Was jetzt beginnt</translation>
    </message>
    <message>
        <source>Enter keeps the marker, Esc drops it</source>
        <translation>Die Eingabetaste behält die Marke, Esc verwirft sie</translation>
    </message>
    <message>
        <source>Marker {number}</source>
        <translation>Marke {number}</translation>
    </message>
</context>
<context>
    <name>Markers</name>
    <message>
        <source>Rename marker…</source>
        <translation>Marke umbenennen …</translation>
    </message>
    <message>
        <source>Remove marker</source>
        <translation>Marke entfernen</translation>
    </message>
    <message>
        <source>Add marker…</source>
        <translation>Marke setzen …</translation>
    </message>
    <message>
        <source>Marker at {time}</source>
        <translation>Marke bei {time}</translation>
    </message>
    <message>
        <source>What begins here?</source>
        <translation>Was beginnt hier?</translation>
    </message>
    <message>
        <source>Rename marker</source>
        <translation>Marke umbenennen</translation>
    </message>
    <message>
        <source>Remove the marker &quot;{text}&quot; at {time}? This can&apos;t be undone.</source>
        <translation>Die Marke „{text}“ bei {time} entfernen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
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
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
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
        <translation>Lernende</translation>
    </message>
    <message>
        <source>The list of students</source>
        <translation>Die Liste der Lernenden</translation>
    </message>
    <message>
        <source>Seats</source>
        <translation>Plätze</translation>
    </message>
    <message>
        <source>A map of the room</source>
        <translation>Ein Plan des Raums</translation>
    </message>
    <message>
        <source>Class only</source>
        <translation>Nur die Klasse</translation>
    </message>
    <message>
        <source>Only the class as a whole is shown and kept: no boxes, no numbers or names, no list of students and no seats.

Settings, Privacy changes this for the next session.</source>
        <translation>Nur die Klasse als Ganzes wird gezeigt und gespeichert: keine Rahmen, keine Kürzel oder Namen, keine Liste der Lernenden und keine Plätze.

Ändern lässt sich das für die nächste Sitzung unter Einstellungen, Datenschutz.</translation>
    </message>
</context>
<context>
    <name>PlanBar</name>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder je Sekunde</translation>
    </message>
    <message>
        <source>How many frames of each second are analysed, at most</source>
        <translation>Wie viele Bilder jeder Sekunde höchstens analysiert werden</translation>
    </message>
    <message>
        <source> s a row</source>
        <translation> s je Zeile</translation>
    </message>
    <message>
        <source>Seconds a row of class.csv</source>
        <translation>Sekunden je Zeile in class.csv</translation>
    </message>
    <message>
        <source>How long the intervals are that class.csv sums up</source>
        <translation>Wie lang die Zeiträume sind, die class.csv zusammenfasst</translation>
    </message>
    <message>
        <source>Annotated video</source>
        <translation>Video mit Rahmen</translation>
    </message>
    <message>
        <source> frames/s</source>
        <translation> Bilder/s</translation>
    </message>
    <message>
        <source>Preset:</source>
        <translation>Vorgabe:</translation>
    </message>
    <message>
        <source>Where results go</source>
        <translation>Wohin die Ergebnisse kommen</translation>
    </message>
    <message>
        <source>Beside each recording</source>
        <translation>Neben jede Aufnahme</translation>
    </message>
    <message>
        <source>In one folder…</source>
        <translation>In einen Ordner …</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Not in class-only mode: it knows no faces to mark or to cover</source>
        <translation>Nicht, wenn nur die Klasse als Ganzes gelesen wird: Dann sind keine Gesichter da, die einen Rahmen bekommen oder verdeckt werden</translation>
    </message>
    <message>
        <source>Write a copy of the video with what was found drawn in; takes longer</source>
        <translation>Eine Kopie des Videos schreiben, in der das Gefundene eingezeichnet ist; dauert länger</translation>
    </message>
    <message>
        <source>Results: beside each</source>
        <translation>Ziel: daneben</translation>
    </message>
    <message>
        <source>Results go to a folder beside each recording, lesson-roomread</source>
        <translation>Ergebnisse kommen in einen Ordner neben jeder Aufnahme, lesson-roomread</translation>
    </message>
    <message>
        <source>Results: {folder}</source>
        <translation>Ziel: {folder}</translation>
    </message>
    <message>
        <source>Results go to a folder each in {folder}</source>
        <translation>Ergebnisse kommen in je einen Ordner in {folder}</translation>
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
        <translation>Keine Rahmen, keine Kürzel, keine Tabellen einzelner Lernender; weder gezeigt noch gespeichert</translation>
    </message>
    <message>
        <source>Smallest group</source>
        <translation>Kleinste Gruppe</translation>
    </message>
    <message>
        <source>With fewer faces read, shares are withheld; {n} is usual</source>
        <translation>Sind weniger Gesichter lesbar, werden Anteile zurückgehalten; üblich: {n}</translation>
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
        <source>Of the class only, no picture is kept.</source>
        <translation>Von der Klasse als Ganzes wird kein Bild gespeichert.</translation>
    </message>
    <message>
        <source>Delete sessions by themselves after</source>
        <translation>Sitzungen von selbst löschen nach</translation>
    </message>
    <message>
        <source>At the next start of Roomread; tables, marked videos and recordings stay</source>
        <translation>Beim nächsten Start von Roomread; Tabellen, Videos mit Rahmen und Aufnahmen bleiben</translation>
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
        <translation>Anteile zurückhalten bei weniger Gesichtern als</translation>
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
    <name>QShortcut</name>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>Add recordings…</source>
        <translation>Aufnahmen hinzufügen …</translation>
    </message>
    <message>
        <source>Choose video files to analyse</source>
        <translation>Videodateien zum Analysieren wählen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause or go on; in the list the space bar does it too</source>
        <translation>Pause oder weiter; in der Liste auch mit der Leertaste</translation>
    </message>
    <message>
        <source>Open in Review</source>
        <translation>Zum Rückblick</translation>
    </message>
    <message>
        <source>Look at the results; in the list Enter does it too</source>
        <translation>Die Ergebnisse ansehen; in der Liste auch mit der Eingabetaste</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Show the files of the results</source>
        <translation>Die Dateien der Ergebnisse zeigen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop the chosen and keep what was read</source>
        <translation>Die gewählten anhalten und behalten, was gelesen ist</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Take the chosen off the list; files stay</source>
        <translation>Die gewählten aus der Liste nehmen; die Dateien bleiben</translation>
    </message>
    <message>
        <source>Clear done</source>
        <translation>Fertige entfernen</translation>
    </message>
    <message>
        <source>Take all that are done off the list; files stay</source>
        <translation>Alle fertigen aus der Liste nehmen; die Dateien bleiben</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Drop recordings here</source>
        <translation>Aufnahmen hierher ziehen</translation>
    </message>
    <message>
        <source>Single videos or whole folders. They are analysed one after the other on this computer, as chosen above, and the results open in Review.

Regions that you drew for a recording in Live hold here too.</source>
        <translation>Einzelne Videos oder ganze Ordner. Sie werden nacheinander auf diesem Rechner analysiert, wie oben gewählt; die Ergebnisse öffnen sich im Rückblick.

Bereiche, die Sie unter Live für eine Aufnahme gezeichnet haben, gelten auch hier.</translation>
    </message>
</context>
<context>
    <name>QueueTable</name>
    <message>
        <source>Recordings</source>
        <translation>Aufnahmen</translation>
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
        <translation>Ein Rechteck aufziehen, oder Ecke für Ecke klicken und auf der ersten enden. Tasten: Pfeile, Leertaste, Eingabe; Bild ab wählt aus.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take back the last corner or change</source>
        <translation>Die letzte Ecke oder Änderung zurücknehmen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Remove the selected region</source>
        <translation>Den ausgewählten Bereich löschen</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>Laden …</translation>
    </message>
    <message>
        <source>Use the regions of a file</source>
        <translation>Die Bereiche aus einer Datei nehmen</translation>
    </message>
    <message>
        <source>Save copy…</source>
        <translation>Kopie …</translation>
    </message>
    <message>
        <source>Keep these regions for other recordings</source>
        <translation>Diese Bereiche für andere Aufnahmen behalten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Stop drawing; everything is kept</source>
        <translation>Aufhören zu zeichnen; alles bleibt</translation>
    </message>
</context>
<context>
    <name>RegionCanvas</name>
    <message>
        <source>Regions on the picture</source>
        <translation>Bereiche auf dem Bild</translation>
    </message>
</context>
<context>
    <name>RegionTool</name>
    <message>
        <source>Load regions</source>
        <translation>Bereiche laden</translation>
    </message>
    <message>
        <source>Save a copy of the regions</source>
        <translation>Eine Kopie der Bereiche speichern</translation>
    </message>
</context>
<context>
    <name>ReplaceQuestion</name>
    <message>
        <source>Replace the results</source>
        <translation>Ergebnisse ersetzen</translation>
    </message>
    <message>
        <source>Analyse again and replace what is in {name}?</source>
        <translation>Neu analysieren und ersetzen, was in {name} ist?</translation>
    </message>
    <message>
        <source>Nothing that you edited or labelled is in it.</source>
        <translation>Nichts, was Sie geändert oder benannt haben, ist darin.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>The earlier results are deleted</source>
        <translation>Die früheren Ergebnisse werden gelöscht</translation>
    </message>
    <message>
        <source>Nothing is changed (Enter, Esc)</source>
        <translation>Nichts wird geändert (Eingabe, Esc)</translation>
    </message>
</context>
<context>
    <name>Replacing</name>
    <message>
        <source>{name}: what you did by hand would be lost ({work}).</source>
        <translation>{name}: Was Sie von Hand getan haben, ginge verloren ({work}).</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>&amp;Web page (HTML)</source>
        <translation>&amp;Webseite (HTML)</translation>
    </message>
    <message>
        <source>One file that opens in any browser, also without a network</source>
        <translation>Eine Datei, die jeder Browser öffnet, auch ohne Netz</translation>
    </message>
    <message>
        <source>&amp;PDF</source>
        <translation>&amp;PDF</translation>
    </message>
    <message>
        <source>To print, or to pass on</source>
        <translation>Zum Drucken oder Weitergeben</translation>
    </message>
    <message>
        <source>Compare with another session of this class</source>
        <translation>Mit einer anderen Sitzung dieser Klasse vergleichen</translation>
    </message>
    <message>
        <source>The report says what changed, how sure that is, and what speaks against it</source>
        <translation>Der Bericht sagt, was sich geändert hat, wie sicher das ist und was dagegen spricht</translation>
    </message>
    <message>
        <source>no other session</source>
        <translation>keine andere Sitzung</translation>
    </message>
    <message>
        <source>One page on this session: what was recorded and how well it could be read, the class over time, each student, and what can&apos;t be said.</source>
        <translation>Eine Seite über diese Sitzung: was aufgenommen wurde und wie gut es sich ablesen ließ, die Klasse im Verlauf, alle Lernenden und was sich nicht sagen lässt.</translation>
    </message>
    <message>
        <source>&amp;Compare with another session of this class</source>
        <translation>Mit einer anderen Sitzung dieser Klasse &amp;vergleichen</translation>
    </message>
    <message>
        <source>Other file…</source>
        <translation>Andere Datei…</translation>
    </message>
    <message>
        <source>Choose a session that is not listed</source>
        <translation>Eine Sitzung wählen, die nicht in der Liste steht</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Write nothing (Esc)</source>
        <translation>Nichts schreiben (Esc)</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Choose the file and write the report (Enter)</source>
        <translation>Die Datei wählen und den Bericht schreiben (Eingabe)</translation>
    </message>
    <message>
        <source>Sessions (*{suffix});;All files (*)</source>
        <translation>Sitzungen (*{suffix});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Session to compare with</source>
        <translation>Sitzung zum Vergleichen</translation>
    </message>
</context>
<context>
    <name>ReviewController</name>
    <message>
        <source>An export is being written: wait for it, or stop it first.</source>
        <translation>Ein Export wird gerade geschrieben: Warten Sie darauf, oder halten Sie ihn zuerst an.</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <source>{path} is damaged. What can be read can be saved as a new session.</source>
        <translation>{path} ist beschädigt. Was lesbar ist, lässt sich als neue Sitzung sichern.</translation>
    </message>
    <message>
        <source>This session is not complete: {why}.</source>
        <translation>Diese Sitzung ist nicht vollständig: {why}.</translation>
    </message>
    <message>
        <source>What could be read was saved as {name}; {why}.</source>
        <translation>Was lesbar war, wurde als {name} gesichert; {why}.</translation>
    </message>
    <message>
        <source>Learning how each face looks at rest…</source>
        <translation>Lernt, wie jedes Gesicht in Ruhe aussieht …</translation>
    </message>
    <message>
        <source>No rest is known: it takes 20 seconds of readings of a student.</source>
        <translation>Die Ruhe ist noch nicht bekannt: Dafür muss eine Person 20 Sekunden lang lesbar sein.</translation>
    </message>
</context>
<context>
    <name>ReviewLayout</name>
    <message>
        <source>Find the video…</source>
        <translation>Video suchen …</translation>
    </message>
    <message>
        <source>Choose the recording that this session was made from</source>
        <translation>Die Aufnahme wählen, aus der diese Sitzung entstand</translation>
    </message>
    <message>
        <source>Students</source>
        <translation>Lernende</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>Abschnitt</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>Mark the moment at the playhead</source>
        <translation>Den Augenblick markieren, an dem das Video steht</translation>
    </message>
    <message>
        <source>Zoom in (also the wheel with Ctrl)</source>
        <translation>Näher heran (auch Strg und Mausrad)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Näher heran</translation>
    </message>
    <message>
        <source>Zoom out (also the wheel with Ctrl)</source>
        <translation>Weiter weg (auch Strg und Mausrad)</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Weiter weg</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Show the whole session</source>
        <translation>Die ganze Sitzung zeigen</translation>
    </message>
</context>
<context>
    <name>ReviewStudentModel</name>
    <message>
        <source>Share of the pictures of this student in which the app could tell</source>
        <translation>Anteil der Bilder dieser Person, in denen der Ausdruck erkennbar war</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kürzel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Im Bild</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Gelesen</translation>
    </message>
    <message>
        <source>Left out of every table. Delete takes this student in again.</source>
        <translation>In keiner Tabelle. Entf nimmt diese Person wieder dazu.</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
</context>
<context>
    <name>ReviewWorkspace</name>
    <message>
        <source>Open a session</source>
        <translation>Sitzung öffnen</translation>
    </message>
    <message>
        <source>Review shows what was read in a lesson, lets you put right who is who, and exports it. Live and Analyse make sessions; drop one here, or choose one above.</source>
        <translation>Der Rückblick zeigt, was in einer Stunde gelesen wurde; hier berichtigen Sie, wer wer ist, und exportieren es. Live und Analyse machen Sitzungen; ziehen Sie eine hierher oder wählen Sie oben eine.</translation>
    </message>
    <message>
        <source>The class as a whole</source>
        <translation>Die Klasse als Ganzes</translation>
    </message>
    <message>
        <source>This session was recorded without boxes, ids or pictures.</source>
        <translation>Diese Sitzung entstand ohne Rahmen, Kürzel oder Bilder.</translation>
    </message>
    <message>
        <source>This session can&apos;t be opened</source>
        <translation>Diese Sitzung lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Choose another one above, or drop one here.</source>
        <translation>Wählen Sie oben eine andere oder ziehen Sie eine hierher.</translation>
    </message>
    <message>
        <source>Stretch from here</source>
        <translation>Abschnitt ab hier</translation>
    </message>
    <message>
        <source>Stretch to here</source>
        <translation>Abschnitt bis hier</translation>
    </message>
</context>
<context>
    <name>SeatCanvas</name>
    <message>
        <source>Seat map</source>
        <translation>Sitzplan</translation>
    </message>
    <message>
        <source>Seats known: {n}</source>
        <translation>Bekannte Plätze: {n}</translation>
    </message>
    <message>
        <source>Seats appear here as students are seen.</source>
        <translation>Plätze erscheinen hier, sobald jemand zu sehen ist.</translation>
    </message>
    <message>
        <source>front</source>
        <translation>vorn</translation>
    </message>
</context>
<context>
    <name>SeatMap</name>
    <message>
        <source>Turn the room</source>
        <translation>Raum drehen</translation>
    </message>
    <message>
        <source>Front at the bottom, as the camera and the teacher see the class; or at the top, as on a seating plan</source>
        <translation>Vorn ist unten, wie die Kamera und die Lehrkraft die Klasse sehen; oder oben, wie auf einem Sitzplan</translation>
    </message>
</context>
<context>
    <name>SessionBar</name>
    <message>
        <source>Open session…</source>
        <translation>Sitzung öffnen …</translation>
    </message>
    <message>
        <source>Choose a session file</source>
        <translation>Eine Sitzungsdatei wählen</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Letzte</translation>
    </message>
    <message>
        <source>Recent sessions</source>
        <translation>Letzte Sitzungen</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Against rest</source>
        <translation>Ruhevergleich</translation>
    </message>
    <message>
        <source>The newest sessions on this computer, of Live and of Analyse</source>
        <translation>Die neuesten Sitzungen auf diesem Rechner, von Live und von Analyse</translation>
    </message>
    <message>
        <source>Stop writing; nothing half done is left</source>
        <translation>Das Schreiben anhalten; nichts Halbes bleibt übrig</translation>
    </message>
    <message>
        <source>Show the change against each student&apos;s own face at rest. Rest is known of a student whose expression could be read for 20 seconds in all</source>
        <translation>Die Abweichung vom eigenen Gesicht in Ruhe zeigen. Die Ruhe ist bei allen bekannt, deren Ausdruck insgesamt 20 Sekunden lang lesbar war</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Write tables, a report or a marked video</source>
        <translation>Tabellen, einen Bericht oder ein markiertes Video schreiben</translation>
    </message>
    <message>
        <source>&amp;Tables and other formats…</source>
        <translation>&amp;Tabellen und andere Formate…</translation>
    </message>
    <message>
        <source>CSV, Parquet, BORIS, ELAN, subtitles and more</source>
        <translation>CSV, Parquet, BORIS, ELAN, Untertitel und mehr</translation>
    </message>
    <message>
        <source>&amp;Report…</source>
        <translation>&amp;Bericht…</translation>
    </message>
    <message>
        <source>One page on this session, to read in a minute, to print or to pass on</source>
        <translation>Eine Seite über diese Sitzung, in einer Minute gelesen, zum Drucken oder Weitergeben</translation>
    </message>
    <message>
        <source>&amp;Video with marks…</source>
        <translation>&amp;Video mit Markierungen…</translation>
    </message>
    <message>
        <source>Needs the recording, and students in the session</source>
        <translation>Braucht die Aufnahme, und Lernende in der Sitzung</translation>
    </message>
    <message>
        <source>read by model {name}</source>
        <translation>gelesen vom Modell {name}</translation>
    </message>
    <message>
        <source>Made from {source}</source>
        <translation>Entstanden aus {source}</translation>
    </message>
    <message>
        <source>Expressions were read by the model {name}</source>
        <translation>Ausdrücke gelesen vom Modell {name}</translation>
    </message>
    <message>
        <source>Purpose: {text}</source>
        <translation>Zweck: {text}</translation>
    </message>
    <message>
        <source>No session on this computer yet</source>
        <translation>Noch keine Sitzung auf diesem Rechner</translation>
    </message>
    <message>
        <source>{name} (damaged) · {when}</source>
        <translation>{name} (beschädigt) · {when}</translation>
    </message>
    <message>
        <source>the class as a whole</source>
        <translation>die Klasse als Ganzes</translation>
    </message>
    <message>
        <source>students in view: {n}</source>
        <translation>Lernende im Bild: {n}</translation>
    </message>
    <message>
        <source>Looking for sessions…</source>
        <translation>Sitzungen werden gesucht …</translation>
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
        <translation>Abweichung jedes Ausdrucks von der Ruhe</translation>
    </message>
    <message>
        <source>How much more or less of each expression than the same students show at rest, in points of probability; every student counts the same</source>
        <translation>Wie viel mehr oder weniger von jedem Ausdruck zu sehen ist, als dieselben Lernenden in Ruhe zeigen, in Punkten der Wahrscheinlichkeit; alle zählen gleich viel</translation>
    </message>
    <message>
        <source>Share of each expression now</source>
        <translation>Anteil jedes Ausdrucks jetzt</translation>
    </message>
    <message>
        <source>Share of each expression among the faces read in the last seconds. The thin line is its 95% confidence band, the range in which chance leaves it: few students read at a time, wide band.</source>
        <translation>Anteil jedes Ausdrucks an den Gesichtern, die in den letzten Sekunden gelesen wurden. Die dünne Linie ist sein Vertrauensbereich (95&#xa0;%), der Spielraum, den der Zufall lässt: wenige Lernende zugleich, breiter Bereich.</translation>
    </message>
    <message>
        <source>Points against rest</source>
        <translation>Punkte gegenüber der Ruhe</translation>
    </message>
    <message>
        <source>Of the faces read</source>
        <translation>Der gelesenen Gesichter</translation>
    </message>
    <message>
        <source>Of all faces seen</source>
        <translation>Aller gesehenen Gesichter</translation>
    </message>
    <message>
        <source>no faces read yet</source>
        <translation>noch keine Gesichter gelesen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Activity</source>
        <translation>Was gerade läuft</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Es wird gearbeitet</translation>
    </message>
    <message>
        <source>Pictures shown a second</source>
        <translation>Gezeigte Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Pictures analysed a second</source>
        <translation>Analysierte Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Faces in the newest picture</source>
        <translation>Gesichter im neuesten Bild</translation>
    </message>
    <message>
        <source>Pictures of a camera that the analysis had no time for. Of a recording none is skipped: it plays more slowly instead. Full speed never waits for it, Analyse reads fewer pictures a second.</source>
        <translation>Bilder einer Kamera, für die der Analyse die Zeit fehlte. Bei einer Aufnahme fehlt keines: Sie läuft dann langsamer. Volles Tempo wartet nie auf sie, Analyse liest weniger Bilder je Sekunde.</translation>
    </message>
    <message>
        <source>What the expression model runs on</source>
        <translation>Worauf das Modell für Ausdrücke läuft</translation>
    </message>
    <message>
        <source>Shown {n} fps</source>
        <translation>Gezeigt {n}/s</translation>
    </message>
    <message>
        <source>Analysed {n} fps</source>
        <translation>Analysiert {n}/s</translation>
    </message>
    <message>
        <source>Faces {n}</source>
        <translation>Gesichter {n}</translation>
    </message>
    <message>
        <source>Pictures a second in which faces are looked for; between two of them the boxes stay. {n} pictures were shown only.</source>
        <translation>Bilder je Sekunde, in denen Gesichter gesucht werden; dazwischen bleiben die Rahmen stehen. {n} Bilder wurden nur gezeigt.</translation>
    </message>
    <message>
        <source>Followed {n} fps</source>
        <translation>Verfolgt {n}/s</translation>
    </message>
    <message>
        <source>Read {n}/s, slowest {least}/s</source>
        <translation>Gelesen {n}/s, mindestens {least}/s</translation>
    </message>
    <message>
        <source>How many times a second a face is really read: the usual one, and the one that is read least often. Roomread aims at {aim} here and now. In between, the last reading is held.</source>
        <translation>Wie oft je Sekunde ein Gesicht wirklich abgelesen wird: das mittlere und das am seltensten abgelesene. Roomread strebt hier und jetzt {aim} an. Dazwischen gilt, was zuletzt abgelesen wurde.</translation>
    </message>
    <message>
        <source>How much of this computer Roomread uses. Where it would be more than the settings allow, faces are read less often.</source>
        <translation>Wie viel von diesem Rechner Roomread nutzt. Wäre es mehr, als die Einstellungen erlauben, werden Gesichter seltener abgelesen.</translation>
    </message>
    <message>
        <source>Computer {share}</source>
        <translation>Rechner {share}</translation>
    </message>
    <message>
        <source>Slower than real time</source>
        <translation>Langsamer als Echtzeit</translation>
    </message>
    <message>
        <source>Skipped {n}</source>
        <translation>Ausgelassen {n}</translation>
    </message>
    <message>
        <source>Runs on {what}</source>
        <translation>Auf {what}</translation>
    </message>
</context>
<context>
    <name>StopQuestion</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop and keep the session?</source>
        <translation>Anhalten und die Sitzung behalten?</translation>
    </message>
    <message>
        <source>What was read so far is kept. A session that was stopped can&apos;t go on.</source>
        <translation>Was bis jetzt gelesen wurde, bleibt erhalten. Eine angehaltene Sitzung kann nicht weitergehen.</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>Anhalten und behalten</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Weiterlesen</translation>
    </message>
    <message>
        <source>End the session; it can be opened in Review then</source>
        <translation>Die Sitzung beenden; sie lässt sich dann im Rückblick öffnen</translation>
    </message>
    <message>
        <source>Nothing is stopped (Enter, Esc)</source>
        <translation>Nichts wird angehalten (Eingabe, Esc)</translation>
    </message>
</context>
<context>
    <name>StreamDialog</name>
    <message>
        <source>Open a stream</source>
        <translation>Einen Stream öffnen</translation>
    </message>
    <message>
        <source>Address of a network camera, as its manual gives it. User and password may stand before the host; they are used once and never kept.</source>
        <translation>Die Adresse einer Netzwerkkamera, wie ihre Anleitung sie angibt. Benutzer und Passwort dürfen vor dem Rechnernamen stehen; sie werden einmal benutzt und nie gespeichert.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Begins with rtsp://, http:// or https://</source>
        <translation>Beginnt mit rtsp://, http:// oder https://</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open nothing (Esc)</source>
        <translation>Nichts öffnen (Esc)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the stream (Enter)</source>
        <translation>Den Stream öffnen (Eingabe)</translation>
    </message>
</context>
<context>
    <name>StretchPanel</name>
    <message>
        <source>From here</source>
        <translation>Ab hier</translation>
    </message>
    <message>
        <source>The stretch begins at the playhead</source>
        <translation>Der Abschnitt beginnt, wo das Video steht</translation>
    </message>
    <message>
        <source>To here</source>
        <translation>Bis hier</translation>
    </message>
    <message>
        <source>The stretch ends at the playhead</source>
        <translation>Der Abschnitt endet, wo das Video steht</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Keiner</translation>
    </message>
    <message>
        <source>Choose no stretch</source>
        <translation>Keinen Abschnitt wählen</translation>
    </message>
    <message>
        <source>Choose a stretch of the lesson: drag over the timelines with Shift held down, or press I where it begins and O where it ends.</source>
        <translation>Wählen Sie einen Abschnitt der Stunde: mit gedrückter Umschalttaste über den Verlauf ziehen, oder I drücken, wo er beginnt, und O, wo er endet.</translation>
    </message>
    <message>
        <source>Shares are withheld: too few faces were read at a time to speak of a group.</source>
        <translation>Anteile werden zurückgehalten: Zu wenige Gesichter waren zugleich lesbar, um von einer Gruppe zu sprechen.</translation>
    </message>
    <message>
        <source>The shares of the class in it stand here then.</source>
        <translation>Dann stehen hier die Anteile der Klasse darin.</translation>
    </message>
    <message>
        <source>Its shares and every student in it stand here then.</source>
        <translation>Dann stehen hier seine Anteile und alle, die darin vorkommen.</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Im Bild</translation>
    </message>
    <message>
        <source>Mostly</source>
        <translation>Meist</translation>
    </message>
    <message>
        <source>Student</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Students in the stretch</source>
        <translation>Lernende im Abschnitt</translation>
    </message>
    <message>
        <source>Expressions in the stretch</source>
        <translation>Ausdrücke im Abschnitt</translation>
    </message>
    <message>
        <source>Share of each expression among the faces read in this stretch. The thin line is its 95% confidence band, the range in which chance leaves it: few students read at a time, wide band.</source>
        <translation>Anteil jedes Ausdrucks an den Gesichtern, die in diesem Abschnitt gelesen wurden. Die dünne Linie ist sein Vertrauensbereich (95&#xa0;%), der Spielraum, den der Zufall lässt: wenige Lernende zugleich, breiter Bereich.</translation>
    </message>
    <message>
        <source>&lt;b&gt;{low} to {high}&lt;/b&gt; ({seconds:.0f} s)</source>
        <translation>&lt;b&gt;{low} bis {high}&lt;/b&gt; ({seconds:.0f} s)</translation>
    </message>
    <message>
        <source>students: {n}</source>
        <translation>Lernende: {n}</translation>
    </message>
    <message>
        <source>faces read: {share}</source>
        <translation>Gesichter gelesen: {share}</translation>
    </message>
    <message>
        <source>no faces in it</source>
        <translation>keine Gesichter darin</translation>
    </message>
    <message>
        <source>markers: {n}</source>
        <translation>Marken: {n}</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>{who} is left out of every table</source>
        <translation>{who} ist aus jeder Tabelle ausgelassen</translation>
    </message>
    <message>
        <source>{who}: the app could tell in {read} of the pictures</source>
        <translation>{who}: in {read} der Bilder war der Ausdruck erkennbar</translation>
    </message>
</context>
<context>
    <name>StudentList</name>
    <message>
        <source>Everyone the camera sees gets a number, S01, S02 and so on.

You can give a number a name here. Names stay on this computer.</source>
        <translation>Alle, die die Kamera sieht, bekommen ein Kürzel: S01, S02 und so weiter.

Hier können Sie einem Kürzel einen Namen geben. Namen bleiben auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Students</source>
        <translation>Lernende</translation>
    </message>
</context>
<context>
    <name>StudentModel</name>
    <message>
        <source>Double-click or press F2 to name this student</source>
        <translation>Doppelklick oder F2, um diese Person zu benennen</translation>
    </message>
    <message>
        <source>add name</source>
        <translation>Name …</translation>
    </message>
</context>
<context>
    <name>StudentsPanel</name>
    <message>
        <source>Students</source>
        <translation>Lernende</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Benennen</translation>
    </message>
    <message>
        <source>Name the student chosen</source>
        <translation>Die gewählte Person benennen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenlegen</translation>
    </message>
    <message>
        <source>The students chosen are one: choose two with Ctrl</source>
        <translation>Die Gewählten sind dieselbe Person: zwei mit Strg wählen</translation>
    </message>
    <message>
        <source>Split here</source>
        <translation>Hier teilen</translation>
    </message>
    <message>
        <source>From the playhead on this is somebody else</source>
        <translation>Ab der Stelle, an der das Video steht, ist es jemand anderes</translation>
    </message>
    <message>
        <source>Leave the students chosen out of every table (Del)</source>
        <translation>Die Gewählten aus jeder Tabelle auslassen (Entf)</translation>
    </message>
    <message>
        <source>Take in</source>
        <translation>Wieder dazu</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Auslassen</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Last 5 min</source>
        <translation>Letzte 5 min</translation>
    </message>
    <message>
        <source>Show the last minutes only, or all</source>
        <translation>Nur die letzten Minuten zeigen, oder alle</translation>
    </message>
    <message>
        <source>Class over time</source>
        <translation>Die Klasse im Verlauf</translation>
    </message>
    <message>
        <source>Shares are withheld while so few faces are read.</source>
        <translation>Anteile werden zurückgehalten, solange so wenige Gesichter lesbar sind.</translation>
    </message>
    <message>
        <source>Shares of the expressions appear here as the analysis goes on.</source>
        <translation>Die Anteile der Ausdrücke erscheinen hier, während die Analyse läuft.</translation>
    </message>
    <message>
        <source>{time}: nobody in view</source>
        <translation>{time}: niemand im Bild</translation>
    </message>
    <message>
        <source>{time}: withheld</source>
        <translation>{time}: zurückgehalten</translation>
    </message>
    <message>
        <source>{time}, of all faces seen: {shares}</source>
        <translation>{time}, von allen gesehenen Gesichtern: {shares}</translation>
    </message>
    <message>
        <source>Share of each expression over time</source>
        <translation>Anteil jedes Ausdrucks im Verlauf</translation>
    </message>
</context>
<context>
    <name>Timelines</name>
    <message>
        <source>out of view</source>
        <translation>nicht im Bild</translation>
    </message>
    <message>
        <source>as at rest</source>
        <translation>wie in Ruhe</translation>
    </message>
    <message>
        <source>{who}, {time}: {what}</source>
        <translation>{who}, {time}: {what}</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>Class, {time}</source>
        <translation>Klasse, {time}</translation>
    </message>
    <message>
        <source>withheld: too few faces to say</source>
        <translation>zurückgehalten: zu wenige Gesichter</translation>
    </message>
    <message>
        <source>faces read {share}</source>
        <translation>Gesichter gelesen {share}</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <source>One frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Where in the lesson (arrow keys)</source>
        <translation>Wo in der Stunde (Pfeiltasten)</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>How fast it plays (keys - and +)</source>
        <translation>Wie schnell es läuft (Tasten - und +)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Picture is being recorded</source>
        <translation>Das Bild wird aufgezeichnet</translation>
    </message>
    <message>
        <source>{share} sure</source>
        <translation>{share} sicher</translation>
    </message>
    <message>
        <source>read {seconds} s ago</source>
        <translation>vor {seconds} s abgelesen</translation>
    </message>
</context>
<context>
    <name>_Key</name>
    <message>
        <source>out of view</source>
        <translation>nicht im Bild</translation>
    </message>
</context>
<context>
    <name>analyse</name>
    <message>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Open in Review</source>
        <translation>Zum Rückblick</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Analyse it and replace the results in {folder}</source>
        <translation>Analysieren und die Ergebnisse in {folder} ersetzen</translation>
    </message>
    <message>
        <source>Every frame</source>
        <translation>Jedes Bild</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>Nicht begonnen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Analysing</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Misslungen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Quick look</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>For an overview: short expressions are missed</source>
        <translation>Für einen Überblick: Kurze Ausdrücke fehlen</translation>
    </message>
    <message>
        <source>For most lessons: expressions usually last half a second or longer</source>
        <translation>Für die meisten Stunden: Ausdrücke dauern meist eine halbe Sekunde oder länger</translation>
    </message>
    <message>
        <source>For research on single moments; takes several times as long</source>
        <translation>Für Forschung an einzelnen Augenblicken; dauert mehrmals so lange</translation>
    </message>
    <message>
        <source>Your own frames a second and intervals</source>
        <translation>Eigene Bilder je Sekunde und Abschnitte</translation>
    </message>
    <message>
        <source>Loading the models…</source>
        <translation>Modelle werden geladen …</translation>
    </message>
    <message>
        <source>Writing the tables…</source>
        <translation>Tabellen werden geschrieben …</translation>
    </message>
    <message>
        <source>Drawing the video…</source>
        <translation>Video wird gezeichnet …</translation>
    </message>
    <message>
        <source>{name}, {fps:g} a second</source>
        <translation>{name}, {fps:g} je Sekunde</translation>
    </message>
    <message>
        <source>{fps:g} a second</source>
        <translation>{fps:g} je Sekunde</translation>
    </message>
    <message>
        <source>with video</source>
        <translation>mit Video</translation>
    </message>
    <message>
        <source>Every frame is analysed</source>
        <translation>Jedes Bild wird analysiert</translation>
    </message>
    <message>
        <source>{fps:g} frames a second are read; where much moves, faces are followed up to {most:g} times a second</source>
        <translation>{fps:g} Bilder je Sekunde werden abgelesen; wo sich viel bewegt, werden Gesichter bis zu {most:g}-mal je Sekunde verfolgt</translation>
    </message>
    <message>
        <source>{fps:g} frames a second are analysed</source>
        <translation>{fps:g} Bilder je Sekunde werden analysiert</translation>
    </message>
    <message>
        <source>class.csv has a row every {seconds:g} s</source>
        <translation>class.csv hat alle {seconds:g} s eine Zeile</translation>
    </message>
    <message>
        <source>an annotated video is written too</source>
        <translation>auch ein Video mit Rahmen wird geschrieben</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>noch etwa {n} s</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>noch etwa {n} min</translation>
    </message>
    <message>
        <source>about {h} h left</source>
        <translation>noch etwa {h} h</translation>
    </message>
    <message>
        <source>about {h} h {m} min left</source>
        <translation>noch etwa {h} h {m} min</translation>
    </message>
    <message>
        <source>stopped at {share}</source>
        <translation>angehalten bei {share}</translation>
    </message>
    <message>
        <source>Students: {n}</source>
        <translation>Lernende: {n}</translation>
    </message>
    <message>
        <source>took {time}</source>
        <translation>dauerte {time}</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>{done} von {total} fertig</translation>
    </message>
    <message>
        <source>with a problem: {n}</source>
        <translation>mit einem Problem: {n}</translation>
    </message>
    <message>
        <source>{text}, paused</source>
        <translation>{text}, Pause</translation>
    </message>
    <message>
        <source>waiting while Live analyses; it goes on by itself</source>
        <translation>wartet, solange Live analysiert; es geht von selbst weiter</translation>
    </message>
    <message>
        <source>edits of who is who: {n}</source>
        <translation>Änderungen, wer wer ist: {n}</translation>
    </message>
    <message>
        <source>names: {n}</source>
        <translation>Namen: {n}</translation>
    </message>
    <message>
        <source>markers: {n}</source>
        <translation>Marken: {n}</translation>
    </message>
    <message>
        <source>faces labelled by hand: {n}</source>
        <translation>von Hand benannte Gesichter: {n}</translation>
    </message>
    <message>
        <source>Left out, since there is no video in it: {name}.</source>
        <translation>Ausgelassen, weil kein Video darin ist: {name}.</translation>
    </message>
    <message>
        <source>Left out, since there is no video in them: {name} and {n} more.</source>
        <translation>Ausgelassen, weil kein Video darin ist: {name} und {n} weitere.</translation>
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
        <source>What is kept</source>
        <translation>Was gespeichert wird</translation>
    </message>
    <message>
        <source>This room is filmed to read facial expressions</source>
        <translation>In diesem Raum wird gefilmt, um Gesichtsausdrücke zu lesen</translation>
    </message>
    <message>
        <source>Only the person who records is in the picture</source>
        <translation>Im Bild ist nur, wer aufnimmt</translation>
    </message>
    <message>
        <source>Why, and by what right</source>
        <translation>Wozu und mit welchem Recht</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>What does not happen</source>
        <translation>Was nicht geschieht</translation>
    </message>
    <message>
        <source>Your rights</source>
        <translation>Ihre Rechte</translation>
    </message>
    <message>
        <source>Who is responsible, and whom to ask</source>
        <translation>Wer verantwortlich ist und an wen Sie sich wenden</translation>
    </message>
    <message>
        <source>A camera and the program Roomread look at which expressions can be seen on faces.</source>
        <translation>Eine Kamera und das Programm Roomread schauen, welche Ausdrücke auf Gesichtern zu sehen sind.</translation>
    </message>
    <message>
        <source>The lesson is filmed, and Roomread reads from the recording which expressions can be seen on faces.</source>
        <translation>Die Stunde wird gefilmt, und Roomread liest aus der Aufnahme, welche Ausdrücke auf Gesichtern zu sehen sind.</translation>
    </message>
    <message>
        <source>An expression is not a feeling, and the program is often wrong. Nobody is graded, ranked or judged by it.</source>
        <translation>Ein Ausdruck ist kein Gefühl, und das Programm irrt oft. Niemand wird danach benotet, gereiht oder beurteilt.</translation>
    </message>
    <message>
        <source>How often an expression was seen in the class as a whole, nothing of one person</source>
        <translation>Wie oft ein Ausdruck in der Klasse als Ganzes zu sehen war, nichts über einzelne Menschen</translation>
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
        <source>Notes on the lesson, if somebody types them in</source>
        <translation>Notizen zur Stunde, wenn jemand welche eintippt</translation>
    </message>
    <message>
        <source>The recording: a video with faces, and with sound if the camera records it</source>
        <translation>Die Aufnahme: ein Video mit Gesichtern, und mit Ton, wenn die Kamera ihn aufnimmt</translation>
    </message>
    <message>
        <source>{video}; with the sound of the recording, if it has any</source>
        <translation>{video}; mit dem Ton der Aufnahme, wenn sie welchen hat</translation>
    </message>
    <message>
        <source>A video of the lesson with faces, without sound</source>
        <translation>Ein Video der Stunde mit Gesichtern, ohne Ton</translation>
    </message>
    <message>
        <source>A video of the lesson without sound; faces that the program finds are blurred</source>
        <translation>Ein Video der Stunde ohne Ton; Gesichter, die das Programm findet, sind verwischt</translation>
    </message>
    <message>
        <source>A video of the lesson without sound; faces that the program finds are covered</source>
        <translation>Ein Video der Stunde ohne Ton; Gesichter, die das Programm findet, sind verdeckt</translation>
    </message>
    <message>
        <source>A video with faces in which codes and expressions are drawn</source>
        <translation>Ein Video mit Gesichtern, in das Kürzel und Ausdrücke gezeichnet sind</translation>
    </message>
    <message>
        <source>A video in which codes and expressions are drawn; faces that the program finds are blurred</source>
        <translation>Ein Video, in das Kürzel und Ausdrücke gezeichnet sind; Gesichter, die das Programm findet, sind verwischt</translation>
    </message>
    <message>
        <source>A video in which codes and expressions are drawn; faces that the program finds are covered</source>
        <translation>Ein Video, in das Kürzel und Ausdrücke gezeichnet sind; Gesichter, die das Programm findet, sind verdeckt</translation>
    </message>
    <message>
        <source>All of it stays until somebody deletes it, at the latest on</source>
        <translation>Alles bleibt, bis jemand es löscht, spätestens am</translation>
    </message>
    <message>
        <source>Roomread deletes the numbers and its own video after {time}, when it is next started.</source>
        <translation>Roomread löscht die Zahlen und sein eigenes Video nach {time}, beim nächsten Start.</translation>
    </message>
    <message>
        <source>Roomread deletes the numbers after {time}, when it is next started.</source>
        <translation>Roomread löscht die Zahlen nach {time}, beim nächsten Start.</translation>
    </message>
    <message>
        <source>one day</source>
        <translation>einem Tag</translation>
    </message>
    <message>
        <source>{n} days</source>
        <translation>{n} Tagen</translation>
    </message>
    <message>
        <source>Tables made from them stay until somebody deletes them, at the latest on</source>
        <translation>Tabellen daraus bleiben, bis jemand sie löscht, spätestens am</translation>
    </message>
    <message>
        <source>The recording, and tables made from it, stay until somebody deletes them, at the latest on</source>
        <translation>Die Aufnahme und Tabellen daraus bleiben, bis jemand sie löscht, spätestens am</translation>
    </message>
    <message>
        <source>The video with codes, and tables, stay until somebody deletes them, at the latest on</source>
        <translation>Das Video mit Kürzeln und Tabellen bleiben, bis jemand sie löscht, spätestens am</translation>
    </message>
    <message>
        <source>The recording, the video with codes, and tables stay until somebody deletes them, at the latest on</source>
        <translation>Die Aufnahme, das Video mit Kürzeln und Tabellen bleiben, bis jemand sie löscht, spätestens am</translation>
    </message>
    <message>
        <source>No picture, no video and no sound is kept</source>
        <translation>Kein Bild, kein Video und kein Ton wird gespeichert</translation>
    </message>
    <message>
        <source>Roomread does not listen to what is said</source>
        <translation>Roomread hört nicht zu, was gesagt wird</translation>
    </message>
    <message>
        <source>No sound is kept</source>
        <translation>Kein Ton wird gespeichert</translation>
    </message>
    <message>
        <source>Nobody gets a code or a name</source>
        <translation>Niemand bekommt ein Kürzel oder einen Namen</translation>
    </message>
    <message>
        <source>Roomread knows no face again on another day</source>
        <translation>Roomread erkennt kein Gesicht an einem anderen Tag wieder</translation>
    </message>
    <message>
        <source>Roomread sends nothing of it over the internet</source>
        <translation>Roomread sendet nichts davon über das Internet</translation>
    </message>
    <message>
        <source>You may object. Tell us, and nobody may treat you worse for having done so.</source>
        <translation>Sie dürfen widersprechen. Sagen Sie es uns; niemand darf Sie deshalb schlechter behandeln.</translation>
    </message>
    <message>
        <source>You may say no, and nobody may treat you worse for it. Tell us, and no expressions are read at your place.</source>
        <translation>Sie dürfen Nein sagen, und niemand darf Sie deshalb schlechter behandeln. Sagen Sie es uns, und an Ihrem Platz werden keine Ausdrücke gelesen.</translation>
    </message>
    <message>
        <source>If you agreed, you may take that back at any time. What was done before then remains lawful.</source>
        <translation>Haben Sie eingewilligt, können Sie das jederzeit widerrufen. Was bis dahin geschah, bleibt rechtmäßig.</translation>
    </message>
    <message>
        <source>You may ask what is kept about you, and have it put right or deleted. In numbers of the whole class no single person can be found.</source>
        <translation>Sie dürfen fragen, was über Sie gespeichert ist, und es berichtigen oder löschen lassen. In Zahlen der ganzen Klasse ist kein einzelner Mensch zu finden.</translation>
    </message>
    <message>
        <source>You may see what is kept about you, get a copy, and have it put right, blocked or deleted.</source>
        <translation>Sie dürfen sehen, was über Sie gespeichert ist, eine Kopie bekommen und es berichtigen, sperren oder löschen lassen.</translation>
    </message>
    <message>
        <source>You may complain to the data protection authority.</source>
        <translation>Sie dürfen sich bei der Datenschutzbehörde beschweren.</translation>
    </message>
    <message>
        <source>{path} can&apos;t be written: {why}</source>
        <translation>{path} lässt sich nicht schreiben: {why}</translation>
    </message>
    <message>
        <source>The PDF could not be made: save a web page (.html)</source>
        <translation>Das PDF ließ sich nicht erzeugen: Speichern Sie eine Webseite (.html)</translation>
    </message>
    <message>
        <source>the disk is full. Make room, or choose another place.</source>
        <translation>Der Datenträger ist voll. Schaffen Sie Platz oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>its folder is gone. Choose another place.</source>
        <translation>Der Ordner ist nicht mehr da. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>you may not write there, or it is open in another program. Choose another place.</source>
        <translation>Sie dürfen dort nicht schreiben, oder es ist in einem anderen Programm offen. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{error}. Choose another place.</source>
        <translation>{error}. Wählen Sie einen anderen Ort.</translation>
    </message>
</context>
<context>
    <name>edits</name>
    <message>
        <source>reject suggestion {n}</source>
        <translation>Vorschlag {n} abgelehnt</translation>
    </message>
    <message>
        <source>take the name of {who} away</source>
        <translation>{who}: Name entfernt</translation>
    </message>
    <message>
        <source>name {who} “{name}”</source>
        <translation>{who}: „{name}“ genannt</translation>
    </message>
    <message>
        <source>merge {who} into {into}</source>
        <translation>{who} mit {into} zusammengelegt</translation>
    </message>
    <message>
        <source>split {who} at {time}: {new} from there on</source>
        <translation>{who} bei {time} geteilt: ab da {new}</translation>
    </message>
    <message>
        <source>leave {who} out</source>
        <translation>{who} ausgelassen</translation>
    </message>
    <message>
        <source>take {who} in again</source>
        <translation>{who} wieder dazugenommen</translation>
    </message>
    <message>
        <source>by the two-way pass</source>
        <translation>durch das Lesen in beiden Richtungen</translation>
    </message>
    <message>
        <source>by the repair</source>
        <translation>durch die Reparatur</translation>
    </message>
    <message>
        <source>a picture on the wall</source>
        <translation>ein Bild an der Wand</translation>
    </message>
</context>
<context>
    <name>expression</name>
    <message>
        <source>neutral</source>
        <translation>neutral</translation>
    </message>
    <message>
        <source>happiness</source>
        <translation>Freude</translation>
    </message>
    <message>
        <source>surprise</source>
        <translation>Überraschung</translation>
    </message>
    <message>
        <source>sadness</source>
        <translation>Trauer</translation>
    </message>
    <message>
        <source>anger</source>
        <translation>Ärger</translation>
    </message>
    <message>
        <source>disgust</source>
        <translation>Ekel</translation>
    </message>
    <message>
        <source>fear</source>
        <translation>Angst</translation>
    </message>
    <message>
        <source>contempt</source>
        <translation>Verachtung</translation>
    </message>
    <message>
        <source>can&apos;t tell</source>
        <translation>unklar</translation>
    </message>
</context>
<context>
    <name>formats</name>
    <message>
        <source>Tidy CSV</source>
        <translation>CSV-Tabellen</translation>
    </message>
    <message>
        <source>tables that every spreadsheet and R or Python read: observations, students, class ...</source>
        <translation>Tabellen für jede Tabellenkalkulation, R und Python: Beobachtungen, Lernende, Klasse ...</translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation>Parquet</translation>
    </message>
    <message>
        <source>observations, students and class as typed tables; needs pyarrow</source>
        <translation>Beobachtungen, Lernende und Klasse als typisierte Tabellen; braucht pyarrow</translation>
    </message>
    <message>
        <source>OpenFace</source>
        <translation>OpenFace</translation>
    </message>
    <message>
        <source>one CSV with the columns of OpenFace 2 that Roomread has</source>
        <translation>eine CSV mit den Spalten von OpenFace 2, die Roomread kennt</translation>
    </message>
    <message>
        <source>py-feat</source>
        <translation>py-feat</translation>
    </message>
    <message>
        <source>one Fex CSV for py-feat&apos;s read_feat</source>
        <translation>eine Fex-CSV für read_feat von py-feat</translation>
    </message>
    <message>
        <source>BORIS</source>
        <translation>BORIS</translation>
    </message>
    <message>
        <source>expression episodes by student: a BORIS project, and aggregated events (TSV)</source>
        <translation>Episoden je Person: ein BORIS-Projekt und zusammengefasste Ereignisse (TSV)</translation>
    </message>
    <message>
        <source>ELAN</source>
        <translation>ELAN</translation>
    </message>
    <message>
        <source>an ELAN document (.eaf) with a tier a student, and the same as tab-delimited text</source>
        <translation>ein ELAN-Dokument (.eaf) mit einer Zeile je Person, auch als Text mit Tabulatoren</translation>
    </message>
    <message>
        <source>JSON Lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>one file with a line of JSON a frame, for programs</source>
        <translation>eine Datei mit einer JSON-Zeile je Bild, für Programme</translation>
    </message>
    <message>
        <source>SubRip subtitles</source>
        <translation>SubRip-Untertitel</translation>
    </message>
    <message>
        <source>subtitles of the class for video players</source>
        <translation>Untertitel der Klasse für Videoplayer</translation>
    </message>
    <message>
        <source>WebVTT subtitles</source>
        <translation>WebVTT-Untertitel</translation>
    </message>
    <message>
        <source>subtitles of the class for web pages</source>
        <translation>Untertitel der Klasse für Webseiten</translation>
    </message>
    <message>
        <source>not of this session: it is of the class as a whole, without single students</source>
        <translation>nicht von dieser Sitzung: Sie kennt nur die Klasse als Ganzes, keine einzelnen Lernenden</translation>
    </message>
    <message>
        <source>needs pyarrow: pip install &apos;roomread[parquet]&apos;</source>
        <translation>braucht pyarrow: pip install &apos;roomread[parquet]&apos;</translation>
    </message>
    <message>
        <source>needs pyarrow, which this build is without; Roomread from pip can have it</source>
        <translation>braucht pyarrow, das diesem Paket fehlt; mit pip installiert kann Roomread es haben</translation>
    </message>
</context>
<context>
    <name>hover</name>
    <message>
        <source>out of view</source>
        <translation>nicht im Bild</translation>
    </message>
    <message>
        <source>read {rate} times a second</source>
        <translation>{rate}-mal je Sekunde gelesen</translation>
    </message>
    <message>
        <source>as at rest</source>
        <translation>wie in Ruhe</translation>
    </message>
    <message>
        <source>against rest: {changes} points</source>
        <translation>gegenüber der Ruhe: {changes} Punkte</translation>
    </message>
</context>
<context>
    <name>jobs</name>
    <message>
        <source>Roomread ran into a fault of its own ({what}). What was read so far is kept; please start again, and report this if it comes back.</source>
        <translation>In Roomread ist ein Fehler aufgetreten ({what}). Was bis jetzt gelesen wurde, bleibt erhalten; starten Sie bitte neu, und melden Sie es, wenn es wiederkommt.</translation>
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
        <source>A smile may be joy, courtesy or nerves. Roomread reads what a face shows for a moment, and is often wrong, most of all with small, dark, turned or covered faces. It says “can&apos;t tell” where it should not guess. It is no measure of attention, learning, health or character.</source>
        <translation>Ein Lächeln kann Freude, Höflichkeit oder Unsicherheit sein. Roomread liest, was ein Gesicht einen Augenblick lang zeigt, und irrt oft, vor allem bei kleinen, dunklen, abgewandten oder verdeckten Gesichtern. Es sagt „unklar“, wo es nicht raten sollte. Es misst weder Aufmerksamkeit noch Lernen, Gesundheit oder Charakter.</translation>
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
        <source>AI systems that infer emotions of people in schools and other places of education, or at work, are **prohibited since 2 February 2025**, except for medical or safety reasons (Article 5(1)(f)). Consent does not lift this ban. The Act leaves out systems made and put into service for scientific research alone (Article 2(6)); whether yours is one, your ethics board or data protection officer can say.</source>
        <translation>KI-Systeme, die Emotionen von Menschen in Schulen und anderen Bildungseinrichtungen oder am Arbeitsplatz ableiten, sind **seit dem 2. Februar 2025 verboten**, außer aus medizinischen oder Sicherheitsgründen (Art. 5 Abs. 1 Buchst. f). Eine Einwilligung hebt das Verbot nicht auf. Ausgenommen sind Systeme, die allein für wissenschaftliche Forschung entwickelt und in Betrieb genommen werden (Art. 2 Abs. 6); ob Ihres dazugehört, sagen Ihre Ethikkommission oder Datenschutzbeauftragte.</translation>
    </message>
    <message>
        <source>At schools with federal funding, a recording or a table that can be tied to a student may be an education record: parents, or students from 18 on or at a college, may see it, and with few exceptions it is passed on only with their written consent. States and districts may ask for more.</source>
        <translation>An Schulen mit Bundesmitteln kann eine Aufnahme oder Tabelle, die sich einem Lernenden zuordnen lässt, ein „education record“ sein: Eltern, oder Lernende ab 18 oder an einer Hochschule, dürfen sie einsehen, und weitergegeben wird sie, bis auf wenige Ausnahmen, nur mit ihrer schriftlichen Einwilligung. Bundesstaaten und Bezirke können mehr verlangen.</translation>
    </message>
    <message>
        <source>AI Act, Regulation (EU) 2024/1689</source>
        <translation>KI-Verordnung (EU) 2024/1689</translation>
    </message>
    <message>
        <source>European Union: data protection</source>
        <translation>Europäische Union: Datenschutz</translation>
    </message>
    <message>
        <source>Pictures of people, and what is read from them, are personal data. You need a legal basis (GDPR Article 6), a stronger one where health, belief or identity can be read from a face (special categories, Article 9), and, since children are looked at in a systematic way, most likely a data protection impact assessment before you begin (Article 35). People must be told, and consent must be free: nobody may lose anything by saying no.</source>
        <translation>Bilder von Menschen, und was daraus gelesen wird, sind personenbezogene Daten. Sie brauchen eine Rechtsgrundlage (Art. 6 DSGVO), eine stärkere, wo Gesundheit, Überzeugung oder Identität an einem Gesicht ablesbar sind (besondere Kategorien, Art. 9 DSGVO), und, da Kinder planmäßig betrachtet werden, sehr wahrscheinlich vorher eine Datenschutz-Folgenabschätzung (Art. 35 DSGVO). Alle müssen informiert sein, und Einwilligung muss frei sein: Wer Nein sagt, darf keinen Nachteil haben.</translation>
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
    <name>opening</name>
    <message>
        <source>Show the files in the file manager</source>
        <translation>Die Dateien im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Show it in the program that you have for such files</source>
        <translation>In dem Programm zeigen, das Sie für solche Dateien haben</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>regions</name>
    <message>
        <source>Look here</source>
        <translation>Hinschauen</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorieren</translation>
    </message>
    <message>
        <source>Opt-out seat</source>
        <translation>Ausnahme</translation>
    </message>
    <message>
        <source>{name} (selected)</source>
        <translation>{name} (ausgewählt)</translation>
    </message>
    <message>
        <source>No regions</source>
        <translation>Keine Bereiche</translation>
    </message>
    <message>
        <source>The cross is at {x} from the left, {y} from the top</source>
        <translation>Das Kreuz steht bei {x} von links, {y} von oben</translation>
    </message>
    <message>
        <source>Corners so far: {n}</source>
        <translation>Ecken bisher: {n}</translation>
    </message>
    <message>
        <source>Faces are looked for only here. Without such a region: everywhere.</source>
        <translation>Nur hier werden Gesichter gesucht. Ohne einen solchen Bereich: überall.</translation>
    </message>
    <message>
        <source>Faces here are dropped: a corridor, posters, a screen.</source>
        <translation>Gesichter hier zählen nicht: ein Flur, Poster, ein Bildschirm.</translation>
    </message>
    <message>
        <source>From now on, whoever sits here is never read nor stored, leaning out included.</source>
        <translation>Wer hier sitzt, wird von jetzt an weder gelesen noch gespeichert, auch beim Hinauslehnen.</translation>
    </message>
    <message>
        <source>Regions (*.toml);;All files (*)</source>
        <translation>Bereiche (*.toml);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>Choose a recording or a camera</source>
        <translation>Aufnahme oder Kamera wählen</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Analysing</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Ready to export</source>
        <translation>Bereit zum Export</translation>
    </message>
    <message>
        <source>Closing…</source>
        <translation>Wird geschlossen …</translation>
    </message>
    <message>
        <source>{now} of {end}</source>
        <translation>{now} von {end}</translation>
    </message>
    <message>
        <source>{name} is gone: waiting for it</source>
        <translation>{name} ist weg: es wird gewartet</translation>
    </message>
    <message>
        <source>Readings of {count} frames were kept</source>
        <translation>Messwerte von {count} Einzelbildern wurden behalten</translation>
    </message>
    <message>
        <source>Stopped by a problem</source>
        <translation>Von einem Problem angehalten</translation>
    </message>
    <message>
        <source>The recording is at its end. {kept}; Export writes the tables.</source>
        <translation>Die Aufnahme ist zu Ende. {kept}; Export schreibt die Tabellen.</translation>
    </message>
    <message>
        <source>At the end of the recording</source>
        <translation>Am Ende der Aufnahme</translation>
    </message>
    <message>
        <source>Stopped; {kept}</source>
        <translation>Angehalten; {kept}</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>{count} files written to {folder}</source>
        <translation>{count} Dateien geschrieben nach {folder}</translation>
    </message>
    <message>
        <source>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;All files (*)</source>
        <translation>Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;Alle Dateien (*)</translation>
    </message>
</context>
</TS>
