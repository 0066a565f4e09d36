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
    "headline": "In {length} of this recording Roomread could tell the expression for {coverage} "
    "of the time that faces were in view. Of that time, faces looked {most}.",
    "headline.most": "{label} for {share}",
    "headline.then": "{first}, then {second}",
    "headline.withheld": "In {length} of this recording Roomread could tell the expression for "
    "{coverage} of the time that faces were in view. Fewer than {count} people were ever read at a "
    "time, so nothing is said of the class as a whole.",
    "headline.nothing": "In {length} of this recording Roomread could not tell any expression.",
    "headline.nobody": "Roomread found no faces in this recording.",
    "headline.note": "In brackets: 95% intervals, which say how much of this may be chance. They "
    "are wider than a count of pictures would make them, since one second looks much like the "
    "next. An expression is what a face looks like, not what a person feels; the program errs, "
    "see the end of this report.",
    "headline.unsure": "The recording is too short to say how much of this may be chance. An "
    "expression is what a face looks like, not what a person feels; the program errs, see the end "
    "of this report.",
    "tile.students": "students seen",
    "tile.people": "people at a time, at most",
    "tile.coverage": "of the time in view an expression could be told",
    "tile.most": "{label}: the most frequent expression",
    "tile.cant_tell": "of the time in view it can't tell",
    # What was recorded
    "recorded": "What was recorded, and by what right",
    "recorded.source": "Recording",
    "recorded.camera": "{name} (camera, live)",
    "recorded.file": "{name}, {width} × {height} pixels, {fps} pictures a second",
    "recorded.created": "Analysed on",
    "recorded.length": "Length analysed",
    "recorded.stretch": "{length}, from {start} to {end}",
    "recorded.purpose": "Purpose",
    "recorded.basis": "Right to do so",
    "recorded.agreed": "Notice agreed to on",
    "recorded.unsaid": "nobody said",
    "recorded.kind": "What is kept of people",
    "recorded.kind.class": "the class as a whole only: no student is told from another, here or in "
    "the session file",
    "recorded.kind.students": "numbers for each student under a pseudonym (S01, S02 ...)",
    "recorded.names": "the user gave names to {count} of them: treat this report as personal data",
    "recorded.names.one": "the user gave a name to one of them: treat this report as personal data",
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
    "basis.consent": "Everyone in the picture agreed, and parents where students are under age",
    "basis.ethics": "Research approved by an ethics board, with consent as it asks for",
    "basis.self": "Only I am in the picture",
    "basis.safety": "A medical or safety reason that the law allows",
    "basis.demo": "No real people: drawn or published material",
    # Coverage and quality
    "quality": "How much could be read, and how well",
    "quality.lead": "Everything below is about the time in which an expression could be told. "
    "Where this share is low, or much lower for some than for others, the rest says little.",
    "quality.seen": "Students seen",
    "quality.seen.class": "People at a time, at most",
    "quality.time": "Time in view, all faces together",
    "quality.coverage": "Expression could be told",
    "quality.cant_tell": "Can't tell",
    "quality.withheld": "Withheld (small group)",
    "quality.withheld.says": "{share} of the readings of the class",
    "quality.sampling": "Pictures analysed",
    "quality.sampling.says": "{analysed} of {read}, about {rate} a second",
    "quality.width": "Width of the faces",
    "quality.width.says": "typically {middle} pixels, half of the time between {low} and {high}",
    "quality.model": "Model",
    "quality.model.says": "{name}, version {version}, checksum {checksum}, on {provider}",
    "quality.accuracy": "Known accuracy",
    "quality.accuracy.says": "{share} of test faces right at {pixels} pixels width ({range}); "
    "these are posed and press pictures, mostly of adults, so expect less in a classroom",
    "quality.accuracy.unsized": "{share} of test faces right at {pixels} pixels width, {worst} at "
    "{least} pixels (a class-only session does not keep how wide faces were); these are posed and "
    "press pictures, mostly of adults, so expect less in a classroom",
    "quality.accuracy.none": "not known: the model's card is not on this machine",
    "quality.accuracy.below": "Faces here were mostly narrower than the {pixels} pixels at which "
    "the model was tested last: expect less than this figure.",
    "quality.agreement": "Checked by hand here",
    "quality.agreement.says": "{faces} faces labelled; same expression in {share}, kappa {kappa} "
    "(1: perfect, 0: chance)",
    "quality.agreement.none": "nobody labelled faces of this session by hand, so how well the "
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
    "reasons": "Why it could not tell, as a share of that time",
    "reasons.reason": "Reason",
    "reasons.share": "Share",
    "reason.small": "face too small",
    "reason.turned": "head turned away",
    "reason.dark": "too dark or too bright",
    "reason.blurred": "blurred",
    "reason.unsure": "picture good enough, no expression likely enough",
    "reasons.unknown": "This session does not say why faces could not be read.",
    # The class over time
    "class": "The class over time",
    "class.caption": "All faces in view, in steps of {step}. Grey: in view, but the app can't "
    "tell. {withheld}Numbered lines are your markers, listed below.",
    "class.caption.withheld": "Hatched white: withheld, since fewer than {count} people were "
    "read. ",
    "class.alt": "Shares of the faces in view from {start} to {end}, as mean and range over the "
    "steps: {parts}.",
    "class.alt.part": "{label} {mean} ({low} to {high})",
    "class.table": "Shares of the faces in view, for each step",
    "class.shares": "Of the time in which an expression could be told. Filled mark: every reading "
    "counts as its most likely expression. Ring: the probabilities summed, so that a face that is "
    "half neutral and half sad counts half for either; where the two differ, the app was often in "
    "doubt. Lines: 95% intervals.",
    "class.shares.alt": "Shares of the class with 95% intervals, by most likely expression and by "
    "summed probabilities: {parts}.",
    "class.shares.part": "{label} {labels}, summed {sums}",
    "class.shares.table": "Shares of the class",
    "class.basis": "These intervals rest on {count} independent readings' worth of information; "
    "blocks of {block} were drawn together.",
    "class.withheld": "Fewer than {count} people were ever read at a time, so there are no figures "
    "of the class as a whole.",
    "class.short": "The recording is too short for intervals: read the shares as a rough guide.",
    "class.students": "With every student counting the same, however often in view: {parts}.",
    "column.expression": "Expression",
    "column.labels": "most likely",
    "column.sums": "summed",
    # Each student
    "students": "Each student",
    "students.class_only": "This session holds the class as a whole only; no student was told from "
    "another.",
    "students.none": "Nobody was in view for long enough to be drawn.",
    "students.caption": "A strip for each student, by number. Its full height is the time looked "
    "at: white is not in view, grey is in view but can't tell.",
    "students.alt": "Expressions over time of {count} students, {first} to {last}. Their time in "
    "view that could be read ranges from {low} to {high}; the table below has each of them.",
    "students.table": "Each student: time in view, how much of it could be told, most frequent "
    "expression with its 95% interval",
    "students.brief": "In the table, but not drawn, as they were in view for less than {least}: "
    "{codes}.",
    "students.note": "Do not compare students by these shares: their coverage, place and face "
    "differ, and the app errs more with some faces than with others.",
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
    "edits.none": "Nobody changed who is who: students are as the app followed them.",
    "edits.lead": "Students are shown after these changes, which can all be undone in Roomread.",
    "edits.table": "Changes that hold",
    "edits.more": "{count} earlier changes are in the session file.",
    "column.when": "on",
    "column.change": "change",
    "column.by": "by",
    "by.user": "you",
    "by.two-way pass": "second look",
    "by.a picture on the wall": "picture on the wall",
    "edit.name": "{student} is called “{text}”",
    "edit.unname": "the name of {student} was taken away",
    "edit.merge": "{student} is a part of {into}",
    "edit.split": "{student} is {new} from {at} on",
    "edit.exclude": "{student} is left out",
    "edit.include": "{student} is taken in again",
    "edit.reject": "suggestion {suggestion} was rejected",
    # Changing together
    "together": "Changing together",
    "together.lead": "How much the expressions of the students changed together: the correlation "
    "of each with the others, in steps of {window}. The grey band is what chance makes of it. It "
    "says that faces changed at the same time, not why, and nothing about attention.",
    "together.line": "this class",
    "together.chance": "chance (95%)",
    "together.above": "more than chance",
    "together.caption": "Co-movement over time. About one step in forty lies above the band by "
    "chance alone.",
    "together.alt": "Co-movement from {start} to {end} in steps of {window}: {overall} on average, "
    "chance lies between {low} and {high}; {above} of {count} steps are above their band of "
    "chance.",
    "together.overall": "Over the whole recording it is {value}; chance alone gives {low} to "
    "{high}. {verdict}",
    "together.yes": "So the students changed together more than chance explains.",
    "together.no": "So this is no more than chance may give.",
    "together.none": "Too few students could be compared at a time to say anything.",
    "together.class_only": "Students were not told apart, so this can't be known.",
    "together.table": "Co-movement, for each step",
    "column.value": "this class",
    "column.chance": "chance",
    "column.compared": "students",
    # Comparison
    "compare": "Compared with another session",
    "compare.lead": "The later session less the earlier one: {first} ({first_when}) and {second} "
    "({second_when}).",
    "compare.caption": "Differences of the shares of the class in percentage points with 95% "
    "intervals. Where a line crosses zero, the difference may be chance.",
    "compare.alt": "Differences of the shares in percentage points, later less earlier session: "
    "{parts}.",
    "compare.part": "{label} {difference}",
    "compare.table": "Both sessions",
    "compare.clear": "More than chance explains: {parts}.",
    "compare.unclear": "No difference is larger than chance may make it.",
    "compare.none": "There are no shares of the class to compare.",
    "compare.students": "Students with the same name in both sessions: difference of the most "
    "frequent expression of the earlier one, in percentage points",
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
    "limits.decisions": "Not for grades, ranking, discipline, hiring, or any decision about a "
    "person.",
    "limits.law": "In the EU, inferring emotions in schools and at work has been prohibited since "
    "2 February 2025, except for medical or safety reasons (AI Act, Art. 5(1)(f)). Consent does "
    "not lift this. Elsewhere, ask whoever is responsible for data protection.",
    "limits.accuracy": "The program errs: of test faces {pixels} pixels wide it gets about {wrong} "
    "wrong.",
    "limits.weak": "Least reliable at that width: {parts}.",
    "limits.weak.part": "{label} ({share} of test faces right)",
    "limits.cant_tell": "For {share} of the time in view the app can't tell. Whoever turns away or "
    "covers the face is in that time: the shares say nothing about it, and it may look different.",
    "limits.one": "One recording of one room: it does not speak of other lessons, classes or "
    "rooms.",
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
