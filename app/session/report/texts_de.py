"""What a report says in German; keys and places as in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GERMAN: Final[Mapping[str, str]] = {
    # Zahlen und Zeiten
    "range": "{low} bis {high}",
    "length.seconds": "{seconds} s",
    "length.minutes": "{minutes} min",
    "length.hours": "{hours} h {minutes} min",
    "date": "{day}. {month} {year}",
    "moment": "{date}, {time} Uhr ({zone})",
    "month.1": "Januar",
    "month.2": "Februar",
    "month.3": "März",
    "month.4": "April",
    "month.5": "Mai",
    "month.6": "Juni",
    "month.7": "Juli",
    "month.8": "August",
    "month.9": "September",
    "month.10": "Oktober",
    "month.11": "November",
    "month.12": "Dezember",
    "percent_points": "Prozentpunkte",
    # Ausdrücke
    "neutral": "neutral",
    "happiness": "Freude",
    "surprise": "Überraschung",
    "sadness": "Trauer",
    "anger": "Ärger",
    "disgust": "Ekel",
    "fear": "Angst",
    "contempt": "Verachtung",
    "cant_tell": "nicht erkennbar",
    "withheld": "zurückgehalten",
    "by_labels": "wahrscheinlichster Ausdruck",
    "by_sums": "Wahrscheinlichkeiten summiert",
    # Anfang
    "title": "Roomread-Bericht: {name}",
    "subheading": "{when} · {length} ausgewertet",
    "numbers": "Die Zahlen als Tabelle",
    "headline": "In {length} dieser Aufnahme war für {coverage} der Zeit, in der Gesichter im Bild "
    "waren, ein Ausdruck erkennbar. Am häufigsten in dieser Zeit: {most}.",
    "headline.most": "{label} {share}",
    "headline.then": "{first}, dann {second}",
    "headline.withheld": "In {length} dieser Aufnahme war für {coverage} der Zeit, in der "
    "Gesichter im Bild waren, ein Ausdruck erkennbar. Nie waren {count} Personen zugleich lesbar, "
    "darum wird über die Klasse als Ganzes nichts gesagt.",
    "headline.nothing": "In {length} dieser Aufnahme war kein Ausdruck erkennbar.",
    "headline.nobody": "In dieser Aufnahme wurden keine Gesichter gefunden.",
    "headline.note": "In Klammern das 95-%-Intervall: der Bereich, in dem sich die Zahl wohl "
    "einpendeln würde, wenn es länger so weiterginge. Ein Ausdruck ist, wie ein Gesicht aussieht, "
    "nicht, was jemand fühlt, und das Programm macht Fehler: siehe „Was dieser Bericht nicht sagen "
    "kann“.",
    "headline.unsure": "Die Aufnahme ist zu kurz, um zu sagen, wie viel davon Zufall ist. Ein "
    "Ausdruck ist, wie ein Gesicht aussieht, nicht, was jemand fühlt, und das Programm macht "
    "Fehler: siehe „Was dieser Bericht nicht sagen kann“.",
    "tile.students": "Lernende gesehen",
    "tile.people": "Personen höchstens zugleich",
    "tile.coverage": "der Zeit im Bild war ein Ausdruck erkennbar",
    "tile.most": "{label}: der häufigste Ausdruck",
    "tile.cant_tell": "der Zeit im Bild war keiner erkennbar",
    # Was aufgenommen wurde
    "recorded": "Was aufgenommen wurde und mit welchem Recht",
    "recorded.source": "Aufnahme",
    "recorded.camera": "{name} (Kamera, live)",
    "recorded.file": "{name}, {width} × {height} Pixel, {fps} Bilder je Sekunde",
    "recorded.created": "Ausgewertet am",
    "recorded.length": "Ausgewertete Länge",
    "recorded.stretch": "{length}, von {start} bis {end}",
    "recorded.purpose": "Zweck",
    "recorded.basis": "Erlaubt, weil",
    "recorded.agreed": "Hinweis angenommen am",
    "recorded.unsaid": "nicht angegeben",
    "recorded.kind": "Was über Personen bleibt",
    "recorded.kind.class": "nur Zahlen der Klasse als Ganzes: niemand wird von anderen "
    "unterschieden, weder hier noch in der Sitzungsdatei",
    "recorded.kind.students": "Zahlen zu jeder Person unter einem Pseudonym (S01, S02 ...)",
    "recorded.names": "{count} von ihnen haben Namen bekommen: Behandeln Sie diesen Bericht als "
    "personenbezogene Daten",
    "recorded.names.one": "eine von ihnen hat einen Namen bekommen: Behandeln Sie diesen Bericht "
    "als personenbezogene Daten",
    "recorded.group": "Kleinste Gruppe",
    "recorded.group.says": "über die Klasse wird nichts gesagt, wo weniger als {count} Personen "
    "lesbar waren",
    "recorded.faces": "Gesichter in Bildern",
    "recorded.faces.show": "sichtbar",
    "recorded.faces.blur": "unscharf",
    "recorded.faces.block": "verdeckt",
    "recorded.picture": "ein Video wurde bei der Sitzung aufbewahrt",
    "recorded.no_picture": "Roomread hat kein Video aufbewahrt",
    "recorded.retention": "Aufbewahrung",
    "recorded.retention.days": "{count} Tage, dann beim Start von Roomread gelöscht",
    "recorded.retention.days.one": "einen Tag, dann beim Start von Roomread gelöscht",
    "recorded.retention.ever": "bis jemand sie löscht",
    "recorded.incomplete": "Diese Aufnahme wurde nicht bis zum Ende ausgewertet: {message}",
    "message.the analysis did not finish; all frames up to the last one stored are here": "die "
    "Auswertung kam nicht zum Ende; alles bis dahin Gelesene ist hier",
    "message.stopped by the user; what was analysed until then is kept": "sie wurde angehalten; "
    "was bis dahin ausgewertet war, ist hier",
    "basis.consent": "Alle im Bild haben eingewilligt, bei Minderjährigen auch die Eltern",
    "basis.ethics": "Von einer Ethikkommission genehmigte Forschung, mit der Einwilligung, die sie "
    "verlangt",
    "basis.self": "Nur ich bin im Bild",
    "basis.safety": "Ein medizinischer oder Sicherheitsgrund, den das Recht zulässt",
    "basis.demo": "Keine echten Menschen: gezeichnetes oder veröffentlichtes Material",
    # Wie viel lesbar war
    "quality": "Wie viel lesbar war und wie gut",
    "quality.lead": "Was folgt, stützt sich auf die Zeit, in der ein Ausdruck erkennbar war. Wo "
    "dieser Anteil klein ist, oder bei manchen viel kleiner als bei anderen, sagt es wenig.",
    "quality.time": "Zeit im Bild, alle Gesichter",
    "quality.coverage": "Ausdruck erkennbar",
    "quality.cant_tell": "Nicht erkennbar",
    "quality.withheld": "Zurückgehalten (kleine Gruppe)",
    "quality.withheld.says": "{share} der Lesungen der Klasse",
    "quality.sampling": "Ausgewertete Bilder",
    "quality.sampling.says": "{analysed} von {read}, etwa {rate} je Sekunde",
    "quality.width": "Breite der Gesichter",
    "quality.width.says": "in der Mitte {middle} Pixel, die Hälfte der Zeit zwischen {low} und "
    "{high}",
    "quality.model": "Modell",
    "quality.model.says": "{name}, Version {version}, Prüfsumme {checksum}, auf {provider}",
    "quality.accuracy": "Bekannte Genauigkeit",
    "quality.accuracy.says": "von Testgesichtern mit {pixels} Pixeln Breite wurden {share} richtig "
    "gelesen ({range}); das sind gestellte Bilder und Pressebilder, meist von Erwachsenen, im "
    "Klassenzimmer also eher weniger",
    "quality.accuracy.unsized": "von Testgesichtern mit {pixels} Pixeln Breite wurden {share} "
    "richtig gelesen, von solchen mit {least} Pixeln {worst} (eine Sitzung nur der Klasse hält "
    "nicht fest, wie breit Gesichter waren); das sind gestellte Bilder und Pressebilder, meist von "
    "Erwachsenen, im Klassenzimmer also eher weniger",
    "quality.accuracy.none": "nicht bekannt: Die Karte des Modells ist nicht auf diesem Rechner",
    "quality.accuracy.below": "Die Gesichter waren hier meist schmaler als {pixels} Pixel, die "
    "kleinsten, an denen das Modell geprüft wurde: Rechnen Sie mit mehr Fehlern, als diese Zahl "
    "sagt.",
    "quality.agreement": "Hier von Hand geprüft",
    "quality.agreement.says": "{faces} Gesichter von Hand beschriftet; das Programm nannte bei "
    "{share} denselben Ausdruck, Kappa {kappa} (1: immer, 0: wie durch Zufall)",
    "quality.agreement.none": "niemand hat Gesichter dieser Sitzung von Hand beschriftet; wie gut "
    "das Programm in diesem Raum liest, ist also nicht bekannt",
    "coverage.seen": "Gesichter im Bild",
    "coverage.read": "davon: Ausdruck erkennbar",
    "coverage.caption": "Gesichter zugleich im Bild, und wie viele davon lesbar waren.",
    "coverage.alt": "Gesichter zugleich von {start} bis {end}: im Mittel {seen} im Bild, {read} "
    "davon lesbar; im schlechtesten Schritt von {step} {worst} davon, im besten {best}.",
    "coverage.table": "Gesichter zugleich, je Schritt",
    "column.from": "ab",
    "column.seen": "im Bild",
    "column.read": "erkennbar",
    "reasons": "Warum kein Ausdruck erkennbar war, als Anteil dieser Zeit",
    "reasons.reason": "Grund",
    "reasons.share": "Anteil",
    "reason.small": "Gesicht zu klein",
    "reason.turned": "Kopf abgewandt",
    "reason.dark": "zu dunkel oder zu hell",
    "reason.blurred": "unscharf",
    "reason.unsure": "Bild gut genug, aber kein Ausdruck wahrscheinlich genug",
    "reasons.unknown": "Diese Sitzung sagt nicht, warum Gesichter nicht lesbar waren.",
    # Die Klasse im Verlauf
    "class": "Die Klasse im Verlauf",
    "class.caption": "Alle Gesichter im Bild, in Schritten von {step}. Ein Zeichen steht, wo sein "
    "Ausdruck am meisten einnimmt. Grau: im Bild, aber nicht erkennbar.",
    "class.caption.withheld": "Weiß mit Streifen: zurückgehalten, da weniger als {count} Personen "
    "zugleich lesbar waren.",
    "class.caption.markers": "Nummerierte Linien: Ihre Marken, unten aufgeführt.",
    "class.alt": "Anteile der Gesichter im Bild von {start} bis {end}, als Mittel und Spanne über "
    "die Schritte: {parts}.",
    "class.alt.part": "{label} {mean} ({low} bis {high})",
    "class.table": "Anteile der Gesichter im Bild, je Schritt",
    "class.shares": "Anteile der Zeit, in der ein Ausdruck erkennbar war. Gefülltes Zeichen: Jede "
    "Lesung zählt ganz als ihr wahrscheinlichster Ausdruck. Ring: Jede Lesung wird nach ihren "
    "Wahrscheinlichkeiten aufgeteilt, sodass ein Gesicht, das halb neutral und halb traurig "
    "aussieht, für beides halb zählt. Wo beide auseinanderliegen, war das Programm oft im Zweifel.",
    "class.shares.lines": "Linien: 95-%-Intervalle.",
    "class.shares.alt": "Anteile der Klasse mit 95-%-Intervallen, nach wahrscheinlichstem Ausdruck "
    "und nach summierten Wahrscheinlichkeiten: {parts}.",
    "class.shares.part": "{label} {labels}, summiert {sums}",
    "class.shares.table": "Anteile der Klasse",
    "class.basis": "Wie breit die Intervalle sind: so breit, wie etwa {count} unabhängige Lesungen "
    "sie machen würden. Eine Sekunde gleicht der nächsten, darum wurden sie in Blöcken von {block} "
    "gezogen (Block-Bootstrap).",
    "class.withheld": "Nie waren {count} Personen zugleich lesbar, darum gibt es keine Zahlen zur "
    "Klasse als Ganzes.",
    "class.short": "Die Aufnahme ist zu kurz für Intervalle: Nehmen Sie die Anteile als "
    "groben Anhalt.",
    "class.students": "Wenn jede Person gleich viel zählt, wie lange sie auch im Bild war: "
    "{parts}.",
    "column.expression": "Ausdruck",
    "column.labels": "wahrscheinlichster",
    "column.sums": "summiert",
    # Einzelne
    "students": "Einzelne Lernende",
    "students.class_only": "Diese Sitzung enthält nur die Klasse als Ganzes; niemand wurde von "
    "anderen unterschieden.",
    "students.none": "Niemand war lange genug im Bild, um gezeichnet zu werden.",
    "students.caption": "Ein Streifen je Person, in Schritten von {step}; je mehr von einem "
    "Schritt eine Person so aussah, desto höher die Farbe. Grau: im Bild, aber nicht erkennbar. "
    "Weiß: nicht im Bild.",
    "students.alt": "Ausdrücke im Verlauf von {count} Lernenden, {first} bis {last}. Der lesbare "
    "Anteil ihrer Zeit im Bild reicht von {low} bis {high}; die Tabelle darunter nennt alle.",
    "students.table": "Jede Person: Zeit im Bild, wie viel davon erkennbar war, häufigster "
    "Ausdruck mit 95-%-Intervall",
    "students.brief": "In der Tabelle, aber nicht gezeichnet, da weniger als {least} im Bild: "
    "{codes}.",
    "students.note": "Vergleichen Sie niemanden nach diesen Anteilen: Sichtbarkeit, Platz und "
    "Gesicht sind verschieden, und das Programm irrt bei manchen Gesichtern öfter als bei anderen.",
    "student": "Person",
    "lane.says": "erkennbar · meist",
    "lane": "{coverage} · {label} {share}",
    "lane.none": "{coverage}",
    "column.in_view": "im Bild",
    "column.coverage": "erkennbar",
    "column.most": "am häufigsten",
    # Marken und Änderungen
    "markers": "Marken und Änderungen",
    "markers.table": "Marken",
    "markers.none": "Es wurden keine Marken gesetzt.",
    "column.number": "Nr.",
    "column.time": "bei",
    "column.text": "Marke",
    "edits.none": "Niemand hat geändert, wer wer ist: Alle sind so, wie das Programm ihnen gefolgt "
    "ist.",
    "edits.lead": "Gezeigt wird der Stand nach diesen Änderungen; alle lassen sich in Roomread "
    "rückgängig machen.",
    "edits.table": "Änderungen, die gelten",
    "edits.more": "{count} frühere Änderungen stehen in der Sitzungsdatei.",
    "column.when": "am",
    "column.change": "Änderung",
    "column.by": "wie",
    "by.user": "von Hand",
    "by.two-way pass": "zweiter Durchgang",
    "by.a picture on the wall": "Bild an der Wand",
    "by.repair": "Reparatur",
    "edit.name": "{student} heißt „{text}“",
    "edit.unname": "{student} hat keinen Namen mehr",
    "edit.merge": "{student} ist dieselbe Person wie {into}",
    "edit.split": "{student} ist ab {at} eine andere Person, {new}",
    "edit.exclude": "{student} ist ausgenommen",
    "edit.include": "{student} ist wieder dabei",
    "edit.reject": "Vorschlag {suggestion} wurde abgelehnt",
    # Gemeinsame Veränderung
    "together": "Gemeinsame Veränderung",
    "together.lead": "Wie eng die Ausdrücke jeder Person mit denen der anderen auf und ab gingen "
    "(eine Korrelation: 1 ist im Gleichtakt, 0 ohne Zusammenhang), in Schritten von {window}. Das "
    "graue Band ist, was der Zufall allein ergäbe. Es sagt, dass sich Gesichter zugleich "
    "veränderten, nicht warum, und nichts über Aufmerksamkeit.",
    "together.line": "diese Klasse",
    "together.chance": "Zufall (95\N{NO-BREAK SPACE}%)",
    "together.above": "mehr als Zufall",
    "together.caption": "Gemeinsame Veränderung im Verlauf. Etwa einer von vierzig Schritten liegt "
    "schon durch Zufall über dem Band.",
    "together.alt": "Gemeinsame Veränderung von {start} bis {end} in Schritten von {window}: im "
    "Mittel {overall}, der Zufall liegt zwischen {low} und {high}; {above} von {count} Schritten "
    "liegen über ihrem Band.",
    "together.overall": "Über die ganze Aufnahme ist sie {value}; durch Zufall allein wäre sie "
    "{low} bis {high}. {verdict}",
    "together.yes": "Die Klasse veränderte sich also mehr gemeinsam, als der Zufall erklärt.",
    "together.no": "Das kann also gut Zufall sein.",
    "together.none": "Es gab zu wenig zu vergleichen: Dafür müssen mehrere Personen zugleich im "
    "Bild sein, in Schritten von {window}.",
    "together.class_only": "Niemand wurde von anderen unterschieden, darum ist das nicht bekannt.",
    "together.table": "Gemeinsame Veränderung, je Schritt",
    "column.value": "diese Klasse",
    "column.chance": "Zufall",
    "column.compared": "Personen",
    # Vergleich
    "compare": "Verglichen mit einer anderen Sitzung",
    "compare.lead": "Die Unterschiede sind die spätere Sitzung, {second} ({second_when}), minus "
    "die frühere, {first} ({first_when}).",
    "compare.care": "Vergleichen Sie mit Vorsicht. {reasons}",
    "compare.caption": "Unterschiede der Anteile der Klasse in Prozentpunkten mit "
    "95-%-Intervallen. Wo eine Linie die Null kreuzt, kann der Unterschied Zufall sein.",
    "compare.alt": "Unterschiede der Anteile in Prozentpunkten, spätere minus frühere Sitzung: "
    "{parts}.",
    "compare.part": "{label} {difference}",
    "compare.table": "Beide Sitzungen",
    "compare.clear": "Um mehr verändert, als der Zufall erklärt, in Prozentpunkten: {parts}.",
    "compare.unclear": "Kein Unterschied ist größer, als der Zufall ihn machen könnte.",
    "compare.short": "Zu kurz, um zu sagen, ob einer dieser Unterschiede mehr als Zufall ist: "
    "Beide Sitzungen brauchen zwei Minuten oder mehr, und länger, wo sich wenig ändert.",
    "compare.none": "Es gibt keine Anteile der Klasse zu vergleichen.",
    "compare.students": "Lernende mit demselben Namen in beiden Sitzungen: ihr häufigster Ausdruck "
    "in der früheren und um wie viele Prozentpunkte er sich veränderte",
    "column.earlier": "früher",
    "column.later": "später",
    "column.difference": "Unterschied",
    "compare.coverage": "Ausdruck erkennbar",
    "compare.reason.same": "Beide sind von derselben Aufnahme.",
    "compare.reason.model": "Sie wurden von verschiedenen Modellen gelesen ({first} und {second}).",
    "compare.reason.version": "Sie stammen von verschiedenen Roomread-Versionen ({first} und "
    "{second}).",
    "compare.reason.settings": "Ihre Einstellungen unterscheiden sich ({first}).",
    "compare.reason.setting.detector": "Gesichter finden",
    "compare.reason.setting.tracker": "Personen verfolgen",
    "compare.reason.setting.smoother": "Ausdruck erkennen",
    "compare.reason.setting.regions": "Bereiche im Bild",
    "compare.reason.size": "Ihre Bilder sind verschieden groß ({first} und {second}).",
    "compare.reason.rate": "Sie wurden verschieden oft angesehen ({first} und {second} Bilder je "
    "Sekunde).",
    "compare.reason.coverage": "In einer waren {first} der Gesichter lesbar, in der anderen "
    "{second}.",
    "compare.reason.students": "Sie zeigen verschieden viele Lernende zugleich ({first} und "
    "{second}).",
    "compare.reason.purpose": "Sie wurden zu verschiedenen Zwecken aufgenommen ({first}; "
    "{second}).",
    "compare.reason.privacy": "Eine ist nur von der Klasse als Ganzes.",
    "compare.reason.unfinished": "Eine Auswertung kam nicht bis zum Ende ({first}).",
    "compare.reason.short": "Zu kurz, um zu sagen, wie sicher die Anteile sind ({first}).",
    "compare.reason.names": "Mehrere Lernende einer Sitzung heißen {first}; nach diesem Namen wird "
    "niemand zugeordnet.",
    # Grenzen
    "limits": "Was dieser Bericht nicht sagen kann",
    "limits.feelings": "Ausdrücke, keine Gefühle. Menschen lächeln, wenn sie nervös sind, und "
    "schauen ernst, wenn sie sich freuen; ein Ausdruck sagt nicht, was jemand fühlt, denkt oder "
    "verstanden hat.",
    "limits.attention": "Nichts hier misst Aufmerksamkeit, Beteiligung, Ehrlichkeit oder "
    "Gesundheit.",
    "limits.decisions": "Nicht zu verwenden für Noten, Rangfolgen, Strafen, Einstellungen oder "
    "irgendeine Entscheidung über einen Menschen.",
    "limits.law": "In der EU ist es seit dem 2. Februar 2025 verboten, in Schulen und am "
    "Arbeitsplatz Emotionen abzuleiten, außer aus medizinischen oder Sicherheitsgründen "
    "(KI-Verordnung, Art. 5 Abs. 1 Buchst. f). Eine Einwilligung hebt das nicht auf. Anderswo "
    "fragen Sie, wer für den Datenschutz zuständig ist.",
    "limits.accuracy": "Das Programm macht Fehler: Von Testgesichtern mit {pixels} Pixeln Breite "
    "liest es etwa {wrong} falsch.",
    "limits.weak": "Am wenigsten verlässlich bei dieser Breite: {parts}.",
    "limits.weak.part": "{label} ({share} der Testgesichter richtig)",
    "limits.cant_tell": "Für {share} der Zeit im Bild ist kein Ausdruck erkennbar, etwa wenn sich "
    "jemand abwendet oder das Gesicht bedeckt. Die Anteile sagen nichts über diese Zeit, die "
    "anders ausgesehen haben kann.",
    "limits.one": "Dies ist eine Aufnahme eines Raums: Sie sagt nichts über andere Stunden, "
    "Klassen oder Räume.",
    "weak.disgust, fear and contempt are rare in the data: read their shares with care": "Ekel, "
    "Angst und Verachtung waren in den Lerndaten des Modells selten: Lesen Sie ihre Anteile mit "
    "Vorsicht.",
    "weak.trained on posed and press pictures, mostly of adults; classrooms look different": "Das "
    "Modell lernte an gestellten Bildern und Pressebildern, meist von Erwachsenen; "
    "Klassenzimmer sehen anders aus.",
    "weak.differences between skin tones, ages and face coverings were not measured": "Ob es bei "
    "manchen Hauttönen, Altersgruppen oder Gesichtsbedeckungen öfter irrt, wurde nicht gemessen.",
    "weak.unknown": "Wo dieses Modell schwach ist, ist nicht bekannt: Seine Karte ist nicht auf "
    "diesem Rechner.",
    "closing": "Erstellt mit Roomread {version} am {when} aus der Sitzungsdatei {session}, auf "
    "diesem Rechner. Nichts wurde irgendwohin gesendet.",
    "page": "Seite {page} von {pages}",
}
