package quote

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// found makes a draft as the tagger would: cue and pieces by their words'
// numbers in the report.
func found(f *finder, source, cue run, pieces ...run) draft {
	return draft{source: source, cue: cue, head: f.cueHead(cue), content: pieces, rule: ruleModel, relayOf: nlp.None}
}

func texts(f *finder, rs ...run) []string {
	var out []string
	for _, r := range rs {
		out = append(out, f.doc.Text(f.doc.TokenSpan(r.first, r.last)))
	}
	return out
}

func newFinder(t *testing.T, text, rows string) *finder {
	t.Helper()
	lex, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	return &finder{view: newView(handDoc(t, text, rows)), lex: lex, raised: map[int]run{}}
}

func TestPieces(t *testing.T) {
	t.Run("the clause that a participle hangs on is no content", func(t *testing.T) {
		f := newFinder(t, "Ered left the hall, saying it was over.", `
Ered Ered PROPN NNP 2 nsubj
left leave VERB VBD 0 root
the the DET DT 4 det
hall hall NOUN NN 2 obj
, , PUNCT , 6 punct
saying say VERB VBG 2 advcl
it it PRON PRP 9 nsubj
was be AUX VBD 9 cop
over over ADV RB 6 ccomp
. . PUNCT . 2 punct`)
		d := found(f, run{}, run{5, 6}, run{0, 4}, run{6, 9})
		if diff := cmp.Diff([]string{"it was over"}, texts(f, f.dropHost(&d)...)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"Ered"}, texts(f, f.betterSource(&d))); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a coordinated report ends the content and shares the source", func(t *testing.T) {
		f := newFinder(t, "Maren said it was over and urged Karvany to wait.", `
Maren Maren PROPN NNP 2 nsubj
said say VERB VBD 0 root
it it PRON PRP 5 nsubj
was be AUX VBD 5 cop
over over ADV RB 2 ccomp
and and CCONJ CC 7 cc
urged urge VERB VBD 5 conj
Karvany Karvany PROPN NNP 7 obj
to to PART TO 10 mark
wait wait VERB VB 7 xcomp
. . PUNCT . 2 punct`)
		d := found(f, run{0, 1}, run{1, 2}, run{2, 10})
		if diff := cmp.Diff([]string{"it was over"}, texts(f, f.cutCoordinated(&d)...)); diff != "" {
			t.Error(diff)
		}
		e, _ := f.verbAt(6)
		urged, ok := f.byVerb(6, e)
		if !ok || texts(f, urged.source)[0] != "Maren" || texts(f, urged.content...)[0] != "to wait" {
			t.Errorf("urged: %+v", urged)
		}
	})
	t.Run("the hearer is no content", func(t *testing.T) {
		f := newFinder(t, "Ered informed the agency that it was over.", `
Ered Ered PROPN NNP 2 nsubj
informed inform VERB VBD 0 root
the the DET DT 4 det
agency agency NOUN NN 2 obj
that that SCONJ IN 8 mark
it it PRON PRP 8 nsubj
was be AUX VBD 8 cop
over over ADV RB 4 acl
. . PUNCT . 2 punct`)
		d := found(f, run{0, 1}, run{1, 2}, run{2, 8})
		if diff := cmp.Diff([]string{"that it was over"}, texts(f, f.cutHearer(&d)...)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("quoted as saying", func(t *testing.T) {
		f := newFinder(t, "RNA quoted Maren as saying it was over.", `
RNA RNA PROPN NNP 2 nsubj
quoted quote VERB VBD 0 root
Maren Maren PROPN NNP 2 obj
as as SCONJ IN 5 mark
saying say VERB VBG 2 advcl
it it PRON PRP 8 nsubj
was be AUX VBD 8 cop
over over ADV RB 5 ccomp
. . PUNCT . 2 punct`)
		d := found(f, run{0, 1}, run{1, 5}, run{5, 8})
		f.splitQuoting(&d)
		if diff := cmp.Diff([]string{"Maren", "saying"}, texts(f, d.source, d.cue)); diff != "" {
			t.Error(diff)
		}
		out := f.assemble(f.merge([]draft{d}, f.all()))
		var got []string
		for i := range out {
			got = append(got, show(f.doc, &out[i]))
		}
		want := []string{
			"indirect quote/quoted [RNA] [quoted] {}",
			"indirect attribution [Maren] [saying] {it was over} relay:0",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a closing per X is a relay", func(t *testing.T) {
		f := newFinder(t, "Ered said it was over, per RNA.", `
Ered Ered PROPN NNP 2 nsubj
said say VERB VBD 0 root
it it PRON PRP 5 nsubj
was be AUX VBD 5 cop
over over ADV RB 2 ccomp
, , PUNCT , 8 punct
per per ADP IN 8 case
RNA RNA PROPN NNP 5 obl
. . PUNCT . 2 punct`)
		d := found(f, run{0, 1}, run{1, 2}, run{2, 8})
		if diff := cmp.Diff([]string{"it was over"}, texts(f, f.cutRelay(&d)...)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReports(t *testing.T) {
	f := newFinder(t, "Sollund declined to comment, concluded a deal and refused to leave.", `
Sollund Sollund PROPN NNP 2 nsubj
declined decline VERB VBD 0 root
to to PART TO 4 mark
comment comment VERB VB 2 xcomp
, , PUNCT , 6 punct
concluded conclude VERB VBD 2 conj
a a DET DT 8 det
deal deal NOUN NN 6 obj
and and CCONJ CC 10 cc
refused refuse VERB VBD 2 conj
to to PART TO 12 mark
leave leave VERB VB 10 xcomp
. . PUNCT . 2 punct`)
	for _, c := range []struct {
		name string
		d    draft
		want bool
	}{
		{"silence", found(f, run{0, 1}, run{1, 2}, run{2, 4}), false},
		{"a deed, not a report", found(f, run{0, 1}, run{5, 6}, run{6, 8}), false},
		{"a refusal", found(f, run{0, 1}, run{9, 10}, run{10, 12}), true},
	} {
		if got := f.reports(&c.d); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestSignedAndTranscript(t *testing.T) {
	for _, c := range []struct {
		name, text, rows string
		want             []string
	}{
		{"signed", "“It was a good day.” — Dana Whitlock, teacher", `
“ “ PUNCT '' 6 punct
It it PRON PRP 6 nsubj
was be AUX VBD 6 cop
a a DET DT 6 det
good good ADJ JJ 6 amod
day day NOUN NN 0 root
. . PUNCT . 6 punct
” ” PUNCT '' 6 punct

— — PUNCT : 2 punct
Dana Dana PROPN NNP 0 root
Whitlock Whitlock PROPN NNP 2 flat
, , PUNCT , 5 punct
teacher teacher NOUN NN 2 appos`, []string{"direct quote/signed [Dana Whitlock] [—] {It was a good day.}"}},
		{"transcript", "EREDX: Yes.\nMAREN: No.\nEREDX: Why?\nMAREN: Wait.", `
EREDX Eredx PROPN NNP 3 nsubj
: : PUNCT : 3 punct
Yes yes INTJ UH 0 root
. . PUNCT . 3 punct

MAREN Maren PROPN NNP 3 nsubj
: : PUNCT : 3 punct
No no INTJ UH 0 root
. . PUNCT . 3 punct

EREDX Eredx PROPN NNP 3 nsubj
: : PUNCT : 3 punct
Why why ADV WRB 0 root
? ? PUNCT . 3 punct

MAREN Maren PROPN NNP 3 nsubj
: : PUNCT : 3 punct
Wait wait VERB VB 0 root
. . PUNCT . 3 punct`, []string{
			"direct quote/transcript [EREDX] [:] {Yes}", "direct quote/transcript [MAREN] [:] {No}",
			"direct quote/transcript [EREDX] [:] {Why}", "direct quote/transcript [MAREN] [:] {Wait}",
		}},
	} {
		f := newFinder(t, c.text, c.rows)
		out := f.assemble(f.attachFree(f.merge(nil, append(f.transcript(), f.all()...))))
		var got []string
		for i := range out {
			got = append(got, show(f.doc, &out[i]))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestOutletRelays(t *testing.T) {
	f := newFinder(t, "Ered told RNA it was over.", `
Ered Ered PROPN NNP 2 nsubj
told tell VERB VBD 0 root
RNA RNA PROPN NNP 2 obj
it it PRON PRP 6 nsubj
was be AUX VBD 6 cop
over over ADV RB 2 ccomp
. . PUNCT . 2 punct`)
	f.doc.Mentions = []nlp.Mention{{Span: readout.Span{Start: 10, End: 13}, First: 2, Last: 3, Head: 2, Type: nlp.OutletName}}
	out := f.assemble(f.all())
	if len(out) != 2 || show(f.doc, &out[0]) != "indirect quote/clause [Ered] [told] {it was over} to:RNA relay:1" || show(f.doc, &out[1]) != "indirect quote/told-outlet [RNA] [] {}" {
		for i := range out {
			t.Error(show(f.doc, &out[i]))
		}
	}
}
