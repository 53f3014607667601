package nlp

// What denies a clause or a phrase, by closed classes of words. Rules of every
// annotator ask here, so that "no soldiers attacked", "would neither confirm
// nor deny" and "will pay nothing" are denied for all of them or for none.

// Negator reports whether word t denies what it stands with: "not", "never",
// "neither", "nor", "hardly", "no longer". "Not only" and "not least" deny
// nothing.
func (tr *Tree) Negator(t int) bool {
	switch tr.doc.Lower(t) {
	case "not", "n't", "n’t":
		switch tr.next(t) {
		case "only", "just", "merely", "simply", "solely", "least":
			return false
		}
		return true
	case "never", "cannot", "neither", "nor", "hardly", "scarcely":
		return true
	case "longer":
		return tr.word(t-1) == "no"
	}
	return false
}

// Negation is the word that denies clause or predicate t and hangs on it or on
// its auxiliary, or stands right before it as "neither" and "nor" do, whatever
// the tree makes of them; the noun of "at no point"; None when there is none.
// A word before the "to" of a complement is that complement's: "pledged never
// to withdraw" is a pledge.
func (tr *Tree) Negation(t int) int {
	for _, k := range tr.Kids[t] {
		if tr.hangs(k, t) || tr.Rel(k, "obl", "advmod") && tr.never(k) {
			return k
		}
		if tr.Rel(k, "aux", "cop") {
			for _, x := range tr.Kids[k] {
				if tr.hangs(x, t) {
					return x // "will not, and never will, withdraw"
				}
			}
		}
	}
	if p := tr.pastAdverbs(t); tr.word(p) == "neither" || tr.word(p) == "nor" {
		return p // "neither openly confirmed nor denied"
	}
	for _, to := range tr.Kids[t] {
		if to > t || !tr.Rel(to, "mark") || tr.doc.Lower(to) != "to" {
			continue
		}
		for p := to - 1; p > tr.doc.Tokens[t].Head && (tr.Negator(p) || tr.adverb(p)); p-- {
			if tr.Negator(p) {
				return p // "vowed never again to attack"
			}
		}
	}
	return None
}

// hangs reports whether k denies t, on which it or its auxiliary hangs.
func (tr *Tree) hangs(k, t int) bool {
	if !tr.Rel(k, "advmod", "aux", "det", "cc", "neg", "discourse") || k > t && tr.beforeTo(k) {
		return false
	}
	return tr.Negator(k) || k < t && tr.Rel(k, "advmod") && tr.doc.Lower(k) == "no"
}

// Denied reports whether clause or predicate t is denied by a word of its own
// or by its subject.
func (tr *Tree) Denied(t int) bool { return tr.Negation(t) != None || tr.DeniedBy(t, "nsubj") }

// Negated reports whether clause or predicate t is denied by a word of its own
// or by one of its parts.
func (tr *Tree) Negated(t int) bool {
	return tr.Negation(t) != None || tr.DeniedBy(t, "nsubj", "obj", "iobj", "obl")
}

// DeniedBy reports whether a part of clause t by one of rels denies it: "nobody
// attacked", "attacked nothing", "agreed to no truce", "under no
// circumstances".
func (tr *Tree) DeniedBy(t int, rels ...string) bool {
	for _, k := range tr.Kids[t] {
		switch {
		case !tr.Rel(k, rels...):
		case !tr.Rel(k, "obl"):
			if tr.Nothing(k) {
				return true
			}
		case tr.Nothing(k) && tr.deniesFrom(k):
			return true
		}
	}
	return false
}

// Nothing reports whether phrase t says that there is none: "nobody", "none of
// the troops", "no deal", "not a single soldier", "neither side", "neither
// Aldane nor Torokai". "No fewer than ten" are some, and "nobody but Maren" is
// one.
func (tr *Tree) Nothing(t int) bool {
	switch tr.next(t) {
	case "but", "except", "besides", "other", "save", "short", "less":
		return false
	}
	switch tr.doc.Lower(t) {
	case "nobody", "nothing", "none", "neither", "noone":
		return true
	case "one":
		if tr.word(t-1) == "-" && tr.word(t-2) == "no" {
			return true
		}
	}
	first := t
	for _, k := range tr.Kids[t] {
		if k > t {
			break
		}
		if !tr.Rel(k, "case", "punct", "mark", "cop", "nsubj", "advcl", "parataxis") {
			first = min(first, k)
		}
		switch tr.doc.Lower(k) {
		case "no":
			if tr.Rel(k, "det", "advmod", "amod") && !tr.compared(k+1) {
				return true
			}
		case "neither":
			if tr.Rel(k, "det", "cc", "advmod") {
				return true
			}
		case "not":
			switch tr.next(k) {
			case "a", "an", "one", "any", "single", "even":
				if tr.Rel(k, "advmod", "det", "cc") {
					return true
				}
			}
		}
	}
	// "Neither" hung on the verb.
	return tr.word(first-1) == "neither" && tr.sameSentence(first-1, t) && tr.Rel(t, "nsubj", "obj", "obl")
}

// Without reports whether "without" opens clause or phrase t: "left without
// having met".
func (tr *Tree) Without(t int) bool {
	for _, k := range tr.Kids[t] {
		if k < t && tr.Rel(k, "mark", "case") && tr.doc.Lower(k) == "without" {
			return true
		}
	}
	return false
}

// deniesFrom reports whether oblique k, of which there is none, denies its
// clause: "gave it to nobody", "agreed to no truce". "With no warning" and "for
// no reason" say how and why.
func (tr *Tree) deniesFrom(k int) bool {
	prep := tr.word(tr.Child(k, "case"))
	switch tr.doc.Lower(k) {
	case "nobody", "none", "neither", "one", "noone":
		return true
	case "nothing":
		return prep == "to" || prep == "on"
	case "avail", "effect", "end", "purpose":
		return false
	}
	return prep == "to" || prep == "from" || prep == "against" || prep == "into"
}

// never reports whether oblique k denies its clause as "never" does: "at no
// point", "under no circumstances".
func (tr *Tree) never(k int) bool {
	if !tr.Nothing(k) {
		return false
	}
	switch tr.word(tr.Child(k, "case")) + " " + tr.doc.Lower(k) {
	case "at point", "at time", "at stage", "at moment", "in way", "in case", "in event", "in circumstances", "under circumstances", "under circumstance", "under conditions", "on account", "by means":
		return true
	}
	return false
}

// beforeTo reports whether only adverbs stand between word k and the "to" of an
// infinitive.
func (tr *Tree) beforeTo(k int) bool {
	t := k + 1
	for tr.sameSentence(t, k) && tr.adverb(t) {
		t++
	}
	return tr.sameSentence(t, k) && tr.doc.Lower(t) == "to" && tr.Rel(t, "mark")
}

// pastAdverbs is the token before t and the adverbs that stand before it, or
// None.
func (tr *Tree) pastAdverbs(t int) int {
	p := t - 1
	for tr.sameSentence(p, t) && tr.adverb(p) {
		p--
	}
	if !tr.sameSentence(p, t) {
		return None
	}
	return p
}

// adverb reports whether t is an adverb that denies nothing.
func (tr *Tree) adverb(t int) bool { return tr.doc.Tokens[t].UPOS == "ADV" && !tr.Negator(t) }

// compared reports whether token t is a comparative: "fewer", "more", "other".
func (tr *Tree) compared(t int) bool {
	switch tr.word(t) {
	case "fewer", "less", "more", "later", "other":
		return true
	}
	return false
}

// next is the word after t in its sentence, lower-cased, "" at the end.
func (tr *Tree) next(t int) string {
	if !tr.sameSentence(t+1, t) {
		return ""
	}
	return tr.doc.Lower(t + 1)
}

// word is token t, lower-cased, "" when there is none.
func (tr *Tree) word(t int) string {
	if t < 0 || t >= len(tr.doc.Tokens) {
		return ""
	}
	return tr.doc.Lower(t)
}

func (tr *Tree) sameSentence(a, b int) bool {
	return a >= 0 && a < len(tr.doc.Tokens) && tr.doc.Tokens[a].Sent == tr.doc.Tokens[b].Sent
}
