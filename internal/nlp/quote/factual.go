package quote

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// sureness holds lexicons/en/factuality.tsv: for each kind of word its value.
type sureness map[string]map[string]readout.Factuality

var factKinds = strings.Fields("verb denied passive modal hedge")

var factValues = []readout.Factuality{
	readout.CertainYes, readout.CertainNo, readout.ProbableYes, readout.ProbableNo,
	readout.PossibleYes, readout.PossibleNo, readout.Uncommitted,
}

// addFact takes a row of factuality.tsv: kind, value, words, examples.
func (l *lexicon) addFact(c []string) error {
	kind, value := c[0], readout.Factuality(c[1])
	if !slices.Contains(factKinds, kind) {
		return fmt.Errorf("unknown kind %q", kind)
	}
	if !slices.Contains(factValues, value) {
		return fmt.Errorf("unknown value %q", value)
	}
	for _, w := range strings.Split(c[2], "|") {
		if old := l.facts[kind][w]; old != "" {
			return fmt.Errorf("%q is %s already", w, old)
		}
		if l.facts[kind] == nil {
			l.facts[kind] = map[string]readout.Factuality{}
		}
		l.facts[kind][w] = value
	}
	return nil
}

// factuality is how sure the source of d makes what it tells, by the verb of
// the cue, its modals, its negation and the hedges beside it; "" when the cue
// says nothing that the list knows. What the content says of itself ("it may
// rain") is not read here.
func (f *finder) factuality(d *draft) readout.Factuality {
	if d.rule == ruleHearsay {
		return f.cueFact("passive", d)
	}
	value := f.cueFact("verb", d)
	if d.head == nlp.None || value == "" {
		return value
	}
	if f.negated(d.head) {
		return f.cueFact("denied", d)
	}
	weakest := func(v readout.Factuality) {
		if v == "" || value == readout.Uncommitted {
			return
		}
		// Only certainty falls; what is denied stays denied.
		no := strings.HasSuffix(string(value), "-")
		if rank(v) < rank(value) {
			value = v[:2] + readout.Factuality(map[bool]string{true: "-", false: "+"}[no])
		}
	}
	for _, k := range f.kids[d.head] {
		switch f.rel[k] {
		case "aux":
			weakest(f.lex.facts["modal"][f.low[k]])
		case "advmod":
			if !d.holds(k) {
				weakest(f.lex.facts["hedge"][f.low[k]])
			}
		}
	}
	return value
}

// rank orders the values by certainty.
func rank(v readout.Factuality) int {
	return strings.Index("UuPSPRCT", string(v[:2]))
}

// cueFact looks the cue of d up: its words, then the lemma of its head with
// the particle behind it, then the lemma alone.
func (f *finder) cueFact(kind string, d *draft) readout.Factuality {
	table := f.lex.facts[kind]
	if v := table[strings.Join(f.low[d.cue.first:d.cue.last], " ")]; v != "" {
		return v
	}
	if d.head == nlp.None {
		return ""
	}
	lemma := strings.ToLower(f.doc.Tokens[d.head].Lemma)
	if d.head+1 < f.n {
		if v := table[lemma+" "+f.low[d.head+1]]; v != "" {
			return v
		}
	}
	return table[lemma]
}
