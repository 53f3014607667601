package quote

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/readout-news/readout/internal/nlp"
)

func rulesOnly(t testing.TB, doc *nlp.Doc) []string {
	t.Helper()
	lex, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	f := &finder{view: newView(doc), lex: lex}
	doc.Attributions = f.assemble(f.attachFree(f.all()))
	var out []string
	for i := range doc.Attributions {
		out = append(out, show(doc, &doc.Attributions[i]))
	}
	return out
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, text, rows string
		want             []string
	}{
		{
			"clause after told", "Maren told reporters that the talks had failed.", `
Maren Maren PROPN NNP 2 nsubj
told tell VERB VBD 0 root
reporters reporter NOUN NNS 2 obj
that that SCONJ IN 8 mark
the the DET DT 6 det
talks talk NOUN NNS 8 nsubj
had have AUX VBD 8 aux
failed fail VERB VBN 2 ccomp
. . PUNCT . 2 punct`,
			[]string{"indirect quote/clause [Maren] [told] {that the talks had failed} to:reporters"},
		},
		{
			"interrupted quotation, then a new sentence", "“We met,” said Ered in a statement. “It helped.”", `
“ “ PUNCT '' 3 punct
We we PRON PRP 3 nsubj
met meet VERB VBD 6 ccomp
, , PUNCT , 6 punct
” ” PUNCT '' 6 punct
said say VERB VBD 0 root
Ered Ered PROPN NNP 6 nsubj
in in ADP IN 10 case
a a DET DT 10 det
statement statement NOUN NN 6 obl
. . PUNCT . 6 punct

“ “ PUNCT '' 3 punct
It it PRON PRP 3 nsubj
helped help VERB VBD 0 root
. . PUNCT . 3 punct
” ” PUNCT '' 3 punct`,
			[]string{"direct quote/marks [Ered] [said] {We met, | It helped.} in:a statement"},
		},
		{
			"a paragraph of quotation after its speaker", "Ered said the road is open.\n“It is a good day.”", `
Ered Ered PROPN NNP 2 nsubj
said say VERB VBD 0 root
the the DET DT 4 det
road road NOUN NN 6 nsubj
is be AUX VBZ 6 cop
open open ADJ JJ 2 ccomp
. . PUNCT . 2 punct

“ “ PUNCT '' 6 punct
It it PRON PRP 6 nsubj
is be AUX VBZ 6 cop
a a DET DT 6 det
good good ADJ JJ 6 amod
day day NOUN NN 0 root
. . PUNCT . 6 punct
” ” PUNCT '' 6 punct`,
			[]string{
				"indirect quote/clause [Ered] [said] {the road is open}",
				"direct quote/continued [Ered] [] {It is a good day.}",
			},
		},
		{
			"predicate", "Orrin described the call as “brief”.", `
Orrin Orrin PROPN NNP 2 nsubj
described describe VERB VBD 0 root
the the DET DT 4 det
call call NOUN NN 2 obj
as as ADP IN 7 case
“ “ PUNCT '' 7 punct
brief brief ADJ JJ 2 obl
” ” PUNCT '' 7 punct
. . PUNCT . 2 punct`,
			[]string{"mixed quote/predicate [Orrin] [described] {the call as “brief”}"},
		},
		{
			"nested speech that was not uttered", "Dana Whitlock said: “They will say: ‘You lost.’”", `
Dana Dana PROPN NNP 3 nsubj
Whitlock Whitlock PROPN NNP 1 flat
said say VERB VBD 0 root
: : PUNCT : 3 punct
“ “ PUNCT '' 8 punct
They they PRON PRP 8 nsubj
will will AUX MD 8 aux
say say VERB VB 3 ccomp
: : PUNCT : 8 punct
‘ ‘ PUNCT '' 12 punct
You you PRON PRP 12 nsubj
lost lose VERB VBD 8 ccomp
. . PUNCT . 8 punct
’ ’ PUNCT '' 8 punct
” ” PUNCT '' 8 punct`,
			[]string{
				"direct quote/marks [Dana Whitlock] [said] {They will say: ‘You lost.’}",
				"direct quote/marks [They] [will say] {You lost.} unuttered parent:0 relay:0",
			},
		},
		{
			"relay by according to", "Ered said the road is open, according to RNA.", `
Ered Ered PROPN NNP 2 nsubj
said say VERB VBD 0 root
the the DET DT 4 det
road road NOUN NN 6 nsubj
is be AUX VBZ 6 cop
open open ADJ JJ 2 ccomp
, , PUNCT , 2 punct
according accord VERB VBG 10 case
to to ADP IN 8 fixed
RNA RNA PROPN NNP 2 obl
. . PUNCT . 2 punct`,
			[]string{
				"indirect quote/clause [Ered] [said] {the road is open} relay:1",
				"indirect quote/according-to [RNA] [according to] {}",
			},
		},
		{
			"refusal and order", "Sollund refused to sign and urged Karvany to wait.", `
Sollund Sollund PROPN NNP 2 nsubj
refused refuse VERB VBD 0 root
to to PART TO 4 mark
sign sign VERB VB 2 xcomp
and and CCONJ CC 6 cc
urged urge VERB VBD 2 conj
Karvany Karvany PROPN NNP 6 obj
to to PART TO 9 mark
wait wait VERB VB 6 xcomp
. . PUNCT . 2 punct`,
			[]string{
				"indirect quote/infinitive [Sollund] [refused] {to sign}",
				"indirect quote/infinitive [Sollund] [urged] {to wait} to:Karvany",
			},
		},
		{
			"a title in marks is no statement", "Maren read “The Long Road” twice.", `
Maren Maren PROPN NNP 2 nsubj
read read VERB VBD 0 root
“ “ PUNCT '' 6 punct
The the DET DT 6 det
Long long ADJ JJ 6 amod
Road road NOUN NN 2 obj
” ” PUNCT '' 6 punct
twice twice ADV RB 2 advmod
. . PUNCT . 2 punct`,
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, rulesOnly(t, handDoc(t, c.text, c.rows))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
