package timex

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cuePhrase is a phrase that tells the tense of its clause.
type cuePhrase struct {
	phrase    []int32
	direction direction
}

// compile builds the rule set of everything read.
func (p *parser) compile() (*ruleSet, error) {
	s := p.set
	for _, c := range s.classes {
		if len(c.entries) == 0 {
			return nil, fmt.Errorf("%s: class %s is empty", c.where, c.name)
		}
		for i, e := range c.entries {
			c.byFirst[e.phrase[0]] = append(c.byFirst[e.phrase[0]], i)
		}
		for _, list := range c.byFirst {
			slices.SortStableFunc(list, func(a, b int) int {
				return cmp.Compare(len(c.entries[b].phrase), len(c.entries[a].phrase))
			})
		}
	}
	if err := p.numberWords(); err != nil {
		return nil, err
	}
	for _, r := range s.rules {
		if err := p.compileRule(r); err != nil {
			return nil, err
		}
	}
	// The vocabulary is complete only now.
	s.byWord = make([][]int32, len(s.vocab.words))
	for i, r := range s.rules {
		words := map[int32]bool{}
		digits := false
		for _, prog := range r.progs {
			if err := s.firsts(prog, 0, words, &digits, map[int]bool{}); err != nil {
				return nil, fmt.Errorf("%s: rule %s: %w", r.where, r.name, err)
			}
		}
		for w := range words {
			s.byWord[w] = append(s.byWord[w], int32(i))
		}
		if digits {
			s.byDigits = append(s.byDigits, int32(i))
		}
	}
	for w, rules := range s.byWord { // a figure that a rule spells out may also begin any rule of figures
		if len(rules) > 0 && isDigit(rune(s.vocab.words[w][0])) {
			rules = append(rules, s.byDigits...)
			slices.Sort(rules)
			s.byWord[w] = slices.Compact(rules)
		}
	}
	// Longest modifier first, so that "more than" wins over "than".
	slices.SortStableFunc(s.modifiers, func(a, b *modifier) int { return cmp.Compare(len(b.phrase), len(a.phrase)) })
	s.cues = make([]direction, len(s.vocab.words))
	s.cuePhrases = map[int32][]cuePhrase{}
	for _, c := range []struct {
		class     string
		direction direction
	}{{"ahead-cue", directionAhead}, {"lead-hint", directionHint}, {"lead-cue", directionLead}, {"past-cue", directionPast}, {"report-cue", directionReport}, {"future-cue", directionFuture}} {
		if i, ok := s.classByID[c.class]; ok {
			for _, entry := range s.classes[i].entries {
				first := entry.phrase[0]
				s.cues[first] = c.direction
				s.cuePhrases[first] = append(s.cuePhrases[first], cuePhrase{entry.phrase, c.direction})
			}
		}
	}
	return s, nil
}

// numberWords reads the classes that builtins need.
func (p *parser) numberWords() error {
	v := p.set.vocab
	nc := numberClasses{
		a: v.add("a"), and: v.add("and"), comma: v.add(","), dot: v.add("."), slash: v.add("/"),
		suffix: map[int32]bool{v.add("st"): true, v.add("nd"): true, v.add("rd"): true, v.add("th"): true},
	}
	v.add("-")
	v.add("\"")
	ints := func(name string) (map[int32]int, error) {
		out := map[int32]int{}
		i, ok := p.set.classByID[name]
		if !ok {
			return out, nil
		}
		for _, e := range p.set.classes[i].entries {
			n, err := strconv.Atoi(e.value)
			if err != nil || len(e.phrase) != 1 {
				return nil, fmt.Errorf("%s: class %s holds single words with whole numbers", p.set.classes[i].where, name)
			}
			out[e.phrase[0]] = n
		}
		return out, nil
	}
	var err error
	if nc.cardinal, err = ints("cardinal"); err != nil {
		return err
	}
	if nc.multiplier, err = ints("multiplier"); err != nil {
		return err
	}
	if nc.ordinal, err = ints("ordinal-word"); err != nil {
		return err
	}
	nc.fraction = map[int32]float64{}
	if i, ok := p.set.classByID["fraction"]; ok {
		for _, e := range p.set.classes[i].entries {
			f, err := strconv.ParseFloat(e.value, 64)
			if err != nil || len(e.phrase) != 1 {
				return fmt.Errorf("%s: class fraction holds single words with decimals", p.set.classes[i].where)
			}
			nc.fraction[e.phrase[0]] = f
		}
	}
	p.set.number = nc
	return nil
}

func (p *parser) compileRule(r *rule) error {
	if len(r.src.match) == 0 {
		return fmt.Errorf("%s: rule %s has no match line", r.where, r.name)
	}
	if r.skip == (len(r.src.emits) > 0) {
		return fmt.Errorf("%s: rule %s needs make lines or skip, not both", r.where, r.name)
	}
	if len(r.examples) == 0 {
		return fmt.Errorf("%s: rule %s has no example", r.where, r.name)
	}
	for _, l := range r.src.match {
		prog, err := p.compilePattern(r, l)
		if err != nil {
			return err
		}
		r.progs = append(r.progs, prog)
	}
	if len(r.caps) > len(matcher{}.caps) || len(r.groups) > len(matcher{}.spans) {
		return fmt.Errorf("%s: rule %s has too many captures or spans", r.where, r.name)
	}
	var err error
	if r.after, err = p.phrases(r.src.after); err != nil {
		return err
	}
	if r.notAfter, err = p.phrases(r.src.notAfter); err != nil {
		return err
	}
	for _, l := range r.src.before {
		prog, err := p.compilePattern(nil, l)
		if err != nil {
			return err
		}
		r.before = append(r.before, prog)
	}
	for _, l := range r.src.notBefore {
		prog, err := p.compilePattern(nil, l)
		if err != nil {
			return err
		}
		r.notBefor = append(r.notBefor, prog)
	}
	for _, l := range r.src.emits {
		e, err := parseEmit(r, l)
		if err != nil {
			return err
		}
		r.emits = append(r.emits, e)
	}
	return nil
}

// phrases reads guards "a | b c | <class> | ^"; nil stands for the start of
// the sentence.
func (p *parser) phrases(lines []line) ([][]int32, error) {
	var out [][]int32
	for _, l := range lines {
		for _, text := range strings.Split(l.text, "|") {
			text = strings.TrimSpace(text)
			switch {
			case text == "^":
				out = append(out, nil)
			case strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">"):
				i, ok := p.set.classByID[text[1:len(text)-1]]
				if !ok {
					return nil, fmt.Errorf("%s: no class %q", l.where, text)
				}
				for _, e := range p.set.classes[i].entries {
					out = append(out, e.phrase)
				}
			default:
				phrase, err := p.phrase(text)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", l.where, err)
				}
				out = append(out, phrase)
			}
		}
	}
	return out, nil
}

// parseEmit reads "[span:] verb key=value …".
func parseEmit(r *rule, l line) (emit, error) {
	e := emit{group: -1, args: map[string]arg{}}
	f := strings.Fields(l.text)
	if len(f) > 0 && strings.HasSuffix(f[0], ":") {
		e.group = slices.Index(r.groups, strings.TrimSuffix(f[0], ":"))
		if e.group < 0 {
			return e, fmt.Errorf("%s: rule %s has no span %s", l.where, r.name, f[0])
		}
		f = f[1:]
	}
	if len(f) == 0 {
		return e, fmt.Errorf("%s: make needs a verb", l.where)
	}
	e.verb = f[0]
	keys, ok := verbs()[e.verb]
	if !ok {
		return e, fmt.Errorf("%s: no verb %q", l.where, e.verb)
	}
	for _, kv := range f[1:] {
		key, value, ok := strings.Cut(kv, "=")
		if !ok || !slices.Contains(keys, key) {
			return e, fmt.Errorf("%s: %s has no argument %q", l.where, e.verb, kv)
		}
		a := arg{literal: value, slot: -1}
		if name, isCap := strings.CutPrefix(value, "$"); isCap {
			if a.slot = slices.Index(r.caps, name); a.slot < 0 {
				return e, fmt.Errorf("%s: rule %s has no capture %s", l.where, r.name, value)
			}
		}
		e.args[key] = a
	}
	return e, nil
}

// firsts collects what the program can begin with at pc.
func (s *ruleSet) firsts(prog program, pc int, words map[int32]bool, digits *bool, seen map[int]bool) error {
	if seen[pc] {
		return nil
	}
	seen[pc] = true
	in := prog[pc]
	switch in.op {
	case opMatch:
		return fmt.Errorf("the pattern can match nothing")
	case opJump:
		return s.firsts(prog, int(in.arg), words, digits, seen)
	case opSplit:
		if err := s.firsts(prog, pc+1, words, digits, seen); err != nil {
			return err
		}
		return s.firsts(prog, int(in.arg), words, digits, seen)
	case opOpen, opClose:
		return s.firsts(prog, pc+1, words, digits, seen)
	case opLit:
		words[in.arg] = true
	case opClass:
		for first := range s.classes[in.arg].byFirst {
			words[first] = true
		}
	case opBuiltin:
		nc := &s.number
		switch b := builtin(in.arg); b {
		case biYY, biMM, biHHMM, biDayNth, biMinute, biModern, biTens, biTensYY:
			*digits = true
		case biYearWords:
			for w := range nc.cardinal {
				words[w] = true
			}
		case biNumber, biHour, biYear, biDay, biDayOrd, biOrdinal:
			*digits = true
			for w := range nc.cardinal {
				words[w] = true
			}
			if b == biNumber {
				words[nc.a] = true
				for w := range nc.fraction { // "half a million"
					words[w] = true
				}
			}
			if b == biDay || b == biDayOrd || b == biOrdinal {
				for w := range nc.ordinal {
					words[w] = true
				}
			}
		case biGlue, biSpace:
			return s.firsts(prog, pc+1, words, digits, seen)
		default:
			return fmt.Errorf("a pattern cannot begin with <%s>", builtinName(b))
		}
	}
	return nil
}
