"""What a report says in English; every language has the same keys and the same places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    # Numbers and times
    "range": "{low} to {high}",
    "length.seconds": "{seconds} s",
    "length.minutes": "{minutes} min",
    "length.hours": "{hours} h {minutes} min",
    "date": "{day} {month} {year}",
    "moment": "{date}, {time} ({zone})",
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
    "percent_points": "percentage points",
    # Expressions
    "neutral": "neutral",
    "happiness": "happiness",
    "surprise": "surprise",
    "sadness": "sadness",
    "anger": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "contempt": "contempt",
    "cant_tell": "can't tell",
    "withheld": "withheld",
    "by_labels": "most likely expression",
    "by_sums": "probabilities summed",
    # Opening
    "title": "Roomread report: {name}",
    "subheading": "{when} · {length} analysed",
    "numbers": "The numbers as a table",
    "headline": "In {length} of this recording an expression could be told for {coverage} of the "
    "time that faces were in view. Most frequent in that time: {most}.",
    "headline.most": "{label} {share}",
    "headline.then": "{first}, then {second}",
    "headline.withheld": "In {length} of this recording an expression could be told for {coverage} "
    "of the time that faces were in view. Never could {count} people be read at a time, so nothing "
    "is said of the class as a whole.",
    "headline.nothing": "In {length} of this recording no expression could be told.",
    "headline.nobody": "No faces were found in this recording.",
    "headline.note": "In brackets, the 95% interval: where the figure would probably settle if the "
    "same went on for longer. An expression is what a face looks like, not what a person feels, "
    "and the program makes mistakes: see “What this report can't say”.",
    "headline.unsure": "The recording is too short to say how much of this is chance. An "
    "expression is what a face looks like, not what a person feels, and the program makes "
    "mistakes: see “What this report can't say”.",
    "tile.students": "students seen",
    "tile.people": "people at a time, at most",
    "tile.coverage": "of the time in view an expression could be told",
    "tile.most": "{label}: the most frequent expression",
    "tile.cant_tell": "of the time in view the app can't tell",
    # What was recorded
    "recorded": "What was recorded, and by what right",
    "recorded.source": "Recording",
    "recorded.camera": "{name} (camera, live)",
    "recorded.file": "{name}, {width} × {height} pixels, {fps} pictures a second",
    "recorded.created": "Analysed on",
    "recorded.length": "Length analysed",
    "recorded.stretch": "{length}, from {start} to {end}",
    "recorded.purpose": "Purpose",
    "recorded.basis": "Allowed because",
    "recorded.agreed": "Notice accepted on",
    "recorded.unsaid": "not stated",
    "recorded.kind": "What is kept about people",
    "recorded.kind.class": "only figures of the class as a whole: no student is told from another, "
    "here or in the session file",
    "recorded.kind.students": "figures of each student under a pseudonym (S01, S02 ...)",
    "recorded.names": "{count} of them were given names: treat this report as personal data",
    "recorded.names.one": "one of them was given a name: treat this report as personal data",
    "recorded.group": "Smallest group",
    "recorded.group.says": "nothing is said of the class where fewer than {count} people could be "
    "read",
    "recorded.faces": "Faces in pictures",
    "recorded.faces.show": "shown",
    "recorded.faces.blur": "blurred",
    "recorded.faces.block": "covered",
    "recorded.picture": "a video was kept beside the session",
    "recorded.no_picture": "no video was kept by Roomread",
    "recorded.retention": "Kept for",
    "recorded.retention.days": "{count} days, then deleted when Roomread starts",
    "recorded.retention.days.one": "one day, then deleted when Roomread starts",
    "recorded.retention.ever": "until somebody deletes it",
    "recorded.incomplete": "This recording was not analysed to its end: {message}",
    "message.the analysis did not finish; all frames up to the last one stored are here": "the "
    "analysis did not finish; all that was read until then is here",
    "message.stopped by the user; what was analysed until then is kept": "somebody stopped it; "
    "what was analysed until then is kept",
    "basis.consent": "Everyone in the picture agreed, and parents where students are under age",
    "basis.ethics": "Research approved by an ethics board, with consent as it asks for",
    "basis.self": "Only I am in the picture",
    "basis.safety": "A medical or safety reason that the law allows",
    "basis.demo": "No real people: drawn or published material",
    # Coverage and quality
    "quality": "How much could be read, and how well",
    "quality.lead": "What follows about expressions rests on the time in which one could be told. "
    "Where that share is low, or much lower for some students than for others, it says little.",
    "quality.time": "Time in view, all faces",
    "quality.coverage": "Expression could be told",
    "quality.cant_tell": "Can't tell",
    "quality.withheld": "Withheld (small group)",
    "quality.withheld.says": "{share} of the readings of the class",
    "quality.sampling": "Pictures analysed",
    "quality.sampling.says": "{analysed} of {read}, about {rate} a second",
    "quality.width": "Width of the faces",
    "quality.width.says": "{middle} pixels in the middle, half of the time between {low} and "
    "{high}",
    "quality.model": "Model",
    "quality.model.says": "{name}, version {version}, checksum {checksum}, on {provider}",
    "quality.accuracy": "Known accuracy",
    "quality.accuracy.says": "of test faces {pixels} pixels wide, {share} were read correctly "
    "({range}); those are posed and press pictures, mostly of adults, so expect less in a "
    "classroom",
    "quality.accuracy.unsized": "of test faces {pixels} pixels wide, {share} were read correctly, "
    "of those {least} pixels wide {worst} (a class-only session does not keep how wide faces "
    "were); those are posed and press pictures, mostly of adults, so expect less in a classroom",
    "quality.accuracy.none": "not known: the model's card is not on this machine",
    "quality.accuracy.below": "Faces here were mostly narrower than {pixels} pixels, the smallest "
    "that the model was tested on: expect more mistakes than this figure says.",
    "quality.agreement": "Checked by hand here",
    "quality.agreement.says": "{faces} faces labelled by hand; the program named the same "
    "expression for {share}, kappa {kappa} (1: always, 0: as by chance)",
    "quality.agreement.none": "nobody has labelled faces of this session by hand, so how well the "
    "program reads in this room is not known",
    "coverage.seen": "faces in view",
    "coverage.read": "of these: expression could be told",
    "coverage.caption": "Faces in view at a time, and how many of them could be read.",
    "coverage.alt": "Faces at a time from {start} to {end}: {seen} in view on average, {read} of "
    "them read; in the poorest step of {step} {worst} of them, in the best {best}.",
    "coverage.table": "Faces at a time, for each step",
    "column.from": "from",
    "column.seen": "in view",
    "column.read": "could be told",
    "reasons": "Why no expression could be told, as a share of that time",
    "reasons.reason": "Reason",
    "reasons.share": "Share",
    "reason.small": "face too small",
    "reason.turned": "head turned away",
    "reason.dark": "too dark or too bright",
    "reason.blurred": "blurred",
    "reason.unsure": "picture good enough, but no expression likely enough",
    "reasons.unknown": "This session does not say why faces could not be read.",
    # The class over time
    "class": "The class over time",
    "class.caption": "All faces in view, in steps of {step}. A mark stands where its expression "
    "takes up most. Grey: in view, but the app can't tell.",
    "class.caption.withheld": "White with stripes: withheld, since fewer than {count} people were "
    "read at a time.",
    "class.caption.markers": "Numbered lines: your markers, listed below.",
    "class.alt": "Shares of the faces in view from {start} to {end}, as mean and range over the "
    "steps: {parts}.",
    "class.alt.part": "{label} {mean} ({low} to {high})",
    "class.table": "Shares of the faces in view, for each step",
    "class.shares": "Shares of the time in which an expression could be told. Filled mark: every "
    "reading counts fully as its most likely expression. Ring: every reading is divided by its "
    "probabilities, so a face that looks half neutral and half sad counts half for each. Where the "
    "two lie apart, the app was often in doubt.",
    "class.shares.lines": "Lines: 95% intervals.",
    "class.shares.alt": "Shares of the class with 95% intervals, by most likely expression and by "
    "summed probabilities: {parts}.",
    "class.shares.part": "{label} {labels}, summed {sums}",
    "class.shares.table": "Shares of the class",
    "class.basis": "How wide the intervals are: as wide as about {count} independent readings "
    "would make them. One second looks much like the next, so they were drawn in blocks of {block} "
    "(block bootstrap).",
    "class.withheld": "Never could {count} people be read at a time, so there are no figures of "
    "the class as a whole.",
    "class.short": "The recording is too short for intervals: take the shares as a rough guide.",
    "class.students": "If every student counts the same, however long in view: {parts}.",
    "column.expression": "Expression",
    "column.labels": "most likely",
    "column.sums": "summed",
    # Each student
    "students": "Each student",
    "students.class_only": "This session holds only the class as a whole; no student was told from "
    "another.",
    "students.none": "Nobody was in view for long enough to be drawn.",
    "students.caption": "A strip for each student, in steps of {step}; the more of a step a "
    "student looked so, the higher its colour. Grey: in view, but can't tell. White: not in view.",
    "students.alt": "Expressions over time of {count} students, {first} to {last}. Their time in "
    "view that could be read ranges from {low} to {high}; the table below has each of them.",
    "students.table": "Each student: time in view, how much of it could be told, most frequent "
    "expression with its 95% interval",
    "students.brief": "In the table, but not drawn, as they were in view for less than {least}: "
    "{codes}.",
    "students.note": "Do not compare students by these shares: how well they could be seen, their "
    "places and their faces differ, and the app errs more with some faces than with others.",
    "student": "student",
    "lane.says": "read · most often",
    "lane": "{coverage} · {label} {share}",
    "lane.none": "{coverage}",
    "column.in_view": "in view",
    "column.coverage": "could be told",
    "column.most": "most frequent",
    # Markers and edits
    "markers": "Markers and edits",
    "markers.table": "Markers",
    "markers.none": "No markers were set.",
    "column.number": "No.",
    "column.time": "at",
    "column.text": "marker",
    "edits.none": "Nobody has changed who is who: students are as the app followed them.",
    "edits.lead": "Students are shown after these changes, which can all be undone in Roomread.",
    "edits.table": "Changes that hold",
    "edits.more": "{count} earlier changes are in the session file.",
    "column.when": "on",
    "column.change": "change",
    "column.by": "how",
    "by.user": "by hand",
    "by.two-way pass": "second pass",
    "by.a picture on the wall": "picture on the wall",
    "by.repair": "repair",
    "edit.name": "{student} is called “{text}”",
    "edit.unname": "the name of {student} was taken away",
    "edit.merge": "{student} is the same as {into}",
    "edit.split": "{student} is {new} from {at} on",
    "edit.exclude": "{student} is left out",
    "edit.include": "{student} is taken in again",
    "edit.reject": "suggestion {suggestion} was rejected",
    # Changing together
    "together": "Changing together",
    "together.lead": "How closely each student's expressions went up and down with those of the "
    "others (a correlation: 1 is in step, 0 unrelated), in steps of {window}. The grey band is "
    "what chance alone would give. It says that faces changed at the same time, not why, and "
    "nothing about attention.",
    "together.line": "this class",
    "together.chance": "chance (95%)",
    "together.above": "more than chance",
    "together.caption": "Co-movement over time. About one step in forty lies above the band by "
    "chance alone.",
    "together.alt": "Co-movement from {start} to {end} in steps of {window}: {overall} on average, "
    "chance lies between {low} and {high}; {above} of {count} steps are above their band of "
    "chance.",
    "together.overall": "Over the whole recording it is {value}; by chance alone it would be {low} "
    "to {high}. {verdict}",
    "together.yes": "So the students changed together more than chance explains.",
    "together.no": "So it may well be chance.",
    "together.none": "There was too little to compare: it takes several students in view at the "
    "same time, in steps of {window}.",
    "together.class_only": "No student was told from another, so this can't be known.",
    "together.table": "Co-movement, for each step",
    "column.value": "this class",
    "column.chance": "chance",
    "column.compared": "students",
    # Comparison
    "compare": "Compared with another session",
    "compare.lead": "The differences are the later session, {second} ({second_when}), minus the "
    "earlier one, {first} ({first_when}).",
    "compare.care": "Compare with care. {reasons}",
    "compare.caption": "Differences of the shares of the class in percentage points with 95% "
    "intervals. Where a line crosses zero, the difference may be chance.",
    "compare.alt": "Differences of the shares in percentage points, later less earlier session: "
    "{parts}.",
    "compare.part": "{label} {difference}",
    "compare.table": "Both sessions",
    "compare.clear": "Changed by more than chance explains, in percentage points: {parts}.",
    "compare.unclear": "No difference is larger than chance could make it.",
    "compare.short": "Too short to tell whether any of these differences is more than chance: both "
    "sessions need two minutes or more, and longer where little changes.",
    "compare.none": "There are no shares of the class to compare.",
    "compare.students": "Students with the same name in both sessions: their most frequent "
    "expression in the earlier one, and by how many percentage points it changed",
    "column.earlier": "earlier",
    "column.later": "later",
    "column.difference": "difference",
    "compare.coverage": "expression could be told",
    # Limits
    "limits": "What this report can't say",
    "limits.feelings": "Expressions, not feelings. People smile when they are nervous and look "
    "grave when they are glad; an expression does not tell what somebody feels, thinks or has "
    "understood.",
    "limits.attention": "Nothing here measures attention, engagement, honesty or health.",
    "limits.decisions": "Not to be used for grades, ranking, discipline, hiring, or any decision "
    "about a person.",
    "limits.law": "In the EU, inferring emotions in schools and at work has been prohibited since "
    "2 February 2025, except for medical or safety reasons (AI Act, Art. 5(1)(f)). Consent does "
    "not lift this. Elsewhere, ask whoever is responsible for data protection.",
    "limits.accuracy": "The program makes mistakes: of test faces {pixels} pixels wide it reads "
    "about {wrong} wrongly.",
    "limits.weak": "Least reliable at that width: {parts}.",
    "limits.weak.part": "{label} ({share} of test faces right)",
    "limits.cant_tell": "For {share} of the time in view the app can't tell, for example when "
    "somebody turns away or covers the face. The shares say nothing about that time, which may "
    "have looked different.",
    "limits.one": "This is one recording of one room: it says nothing about other lessons, classes "
    "or rooms.",
    "weak.disgust, fear and contempt are rare in the data: read their shares with care": "Disgust, "
    "fear and contempt were rare in what the model learnt from: read their shares with care.",
    "weak.trained on posed and press pictures, mostly of adults; classrooms look different": "The "
    "model learnt from posed and press pictures, mostly of adults; classrooms look different.",
    "weak.differences between skin tones, ages and face coverings were not measured": "Whether it "
    "errs more with some skin tones, ages or face coverings was not measured.",
    "weak.unknown": "What this model is weak at is not known: its card is not on this machine.",
    "closing": "Made with Roomread {version} on {when}, from the session file {session}, on this "
    "machine. Nothing was sent anywhere.",
    "page": "Page {page} of {pages}",
}
