package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// nominalReach is how many sentences a description of a body or place looks
// back; one of a person by office looks back through the report.
const nominalReach = 2

// resolveNominal finds what a description refers to, or starts a chain for
// people without a name who speak.
func (r *resolver) resolveNominal(m int) {
	n := &r.nominals[m]
	if e := r.soleHolder(m); e != nil {
		r.put(m, e, "description-office-bare")
		return
	}
	detail, isGroup := r.lex.detail("group-noun", n.lemma)
	if n.lemma == "both" || n.lemma == "two" {
		detail, isGroup = "pair", true
	}
	switch {
	case isGroup && (n.plural || detail == "pair") && n.definite:
		if e := r.group(m, detail); e != nil {
			r.put(m, e, "group")
			return
		}
	case n.plural:
	case n.definite && (n.title != nil || r.lex.in("role-noun", n.lemma)):
		if e, rule := r.byRole(m); e != nil {
			r.put(m, e, rule)
			return
		}
	case n.definite:
		if kind, ok := r.lex.detail("body-noun", n.lemma); ok {
			if e := r.bodyOf(m, kind); e != nil {
				r.put(m, e, "description-body")
				return
			}
		}
		if kind, ok := r.lex.detail("place-noun", n.lemma); ok {
			if e := r.placeOf(m, kind); e != nil {
				r.put(m, e, "description-place")
				return
			}
		}
	}
	if n.definite {
		if e := r.sameWords(m); e != nil {
			r.put(m, e, "description-repeated")
			return
		}
	}
	if e := r.introduced(m); e != nil {
		r.put(m, e, "description-introduced")
		return
	}
	if !n.source && !(n.title != nil && !n.plural && r.subjectOf(m)) && !(r.crowd(m) && r.subjectOf(m)) {
		return
	}
	c := r.nominalClass(m)
	if c == other {
		// A noun that the lists do not know for people or bodies: who says
		// something is taken for a person, what carries words is not.
		if r.lex.in("medium-noun", n.lemma) || !r.speaks(m) {
			return
		}
		c = person
	}
	e := r.newEntity(c, "description-new")
	e.plural = n.plural || r.crowd(m)
	e.country = r.nominalCountry(m)
	if (e.class == person || e.class == place) && e.plural {
		e.typ = readout.Group
		e.class = group
	}
	if n.title != nil {
		e.gender = n.title.Sex
		if isOffice(n.title) {
			e.addRole(r.nominalRole(m))
		}
	}
	if r.lex.in("female-noun", n.lemma) {
		e.gender = "f"
	} else if r.lex.in("male-noun", n.lemma) {
		e.gender = "m"
	}
	r.put(m, e, "description-new")
}

// leadSentences is how many sentences a report may take before it names who
// its first sentence describes.
const leadSentences = 2

// introduced resolves an office with an indefinite article that opens the
// report: news says "a ministry spokesman" or "a federal judge" in its lead and
// the name below. It is the one person named later who has the office here; an
// office of officials in general tells nobody apart.
func (r *resolver) introduced(m int) *entity {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	if n.title == nil || n.plural || n.definite || n.owner != nlp.None || n.of != nlp.None || r.child(i, "cop") != nlp.None || !n.source && !r.subjectOf(m) {
		return nil
	}
	switch n.title.Kind {
	case "spokesperson", "judge", "legislator":
	default:
		return nil
	}
	if d := r.child(i, "det"); d == nlp.None || r.doc.Lower(d) != "a" && r.doc.Lower(d) != "an" {
		return nil
	}
	before := 0
	for s := range r.doc.Tokens[i].Sent {
		if r.doc.Sentences[s].Noise == "" {
			before++
		}
	}
	if before >= leadSentences {
		return nil
	}
	country := r.nominalCountry(m)
	var found *entity
	for _, e := range r.ents {
		if e.class != person || e.plural || !e.named || len(e.mentions) == 0 || !slices.ContainsFunc(e.titles, func(t role) bool { return t.kind == n.title.Kind }) {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	if found == nil || r.before(found, i) || r.excluded(found, m) || country != "" && found.country != "" && found.country != country || n.title.Sex != "" && found.gender != "" && n.title.Sex != found.gender {
		return nil
	}
	return found
}

// speaks reports whether m is the subject of an active verb of speech.
func (r *resolver) speaks(m int) bool {
	v, ok := r.subject(r.doc.Mentions[m].Head)
	if !ok || nlp.HasRel(r.doc.Tokens[r.doc.Mentions[m].Head].Deprel, "nsubj:pass") {
		return false
	}
	switch r.doc.Tokens[v].Lemma {
	case "say", "tell", "add", "ask", "reply", "explain", "recall", "insist", "claim", "believe", "think", "hope", "fear":
		return true
	}
	return false
}

// crowd reports whether m is people without a name: "the press", "officials".
func (r *resolver) crowd(m int) bool {
	return r.lex.in("crowd", r.doc.Lower(r.doc.Mentions[m].Head))
}

func (r *resolver) subjectOf(m int) bool {
	_, ok := r.subject(r.doc.Mentions[m].Head)
	return ok
}

// nominalClass is what a description without an antecedent is.
func (r *resolver) nominalClass(m int) class {
	n := &r.nominals[m]
	if _, ok := r.lex.detail("body-noun", n.lemma); ok {
		return body
	}
	if n.title != nil || r.lex.in("role-noun", n.lemma) || r.crowd(m) || r.lex.in("family", n.lemma) || r.lex.in("speaker-noun", n.lemma) {
		return person
	}
	if d, ok := r.lex.detail("group-noun", n.lemma); ok && d == "person" {
		return person
	}
	if _, ok := r.lex.detail("place-noun", n.lemma); ok {
		return place
	}
	return other
}

// holds reports whether e holds the office of the description. Generic words
// ("leader") fit every head.
func (r *resolver) holds(e *entity, n *nominal) bool {
	kinds, generic := r.lex.detail("role-noun", n.lemma)
	fits := func(title, kind string) bool {
		if n.title != nil && (title == n.title.Name || title == n.phrase) {
			return true
		}
		if n.phrase == n.lemma && (strings.HasSuffix(title, " "+n.lemma) || n.title != nil && strings.HasSuffix(title, " "+n.title.Name)) {
			// "the minister" for a foreign minister, but "the president" is no
			// vice president.
			return !strings.HasPrefix(title, "vice ") && !strings.HasPrefix(title, "deputy ")
		}
		if n.title != nil && n.title.Kind == "spokesperson" && kind == "spokesperson" {
			return true
		}
		if !generic || kind == "" || n.phrase != n.lemma {
			return false
		}
		for rest := kinds; rest != ""; {
			var k string
			k, rest, _ = strings.Cut(rest, ",")
			// Of the heads below the first only those called leader.
			if k == kind && (k != "head" || title == "leader") {
				return true
			}
		}
		return false
	}
	for _, t := range e.titles {
		if fits(t.title, t.kind) {
			return true
		}
	}
	if e.entry == nil {
		return false
	}
	for _, t := range e.entry.Roles {
		// An office of the past is meant only when the report gives it.
		if r.date != "" && (t.To != "" && t.To < r.date || t.From > r.date) {
			continue
		}
		kind := ""
		if tt := r.kb.TitleOf(t.Title); tt != nil {
			kind = tt.Kind
		}
		if fits(t.Title, kind) {
			return true
		}
	}
	return false
}

// soleHolder resolves an office without an article, "the president and House
// speaker", "Speaker and president met": the one named person of the report
// whose title it is. A predicate or the object of "elect" or "as" names an
// office and nobody who holds it.
func (r *resolver) soleHolder(m int) *entity {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	if n.title == nil || n.plural || n.definite || n.country != "" || n.owner != nlp.None || n.of != nlp.None || r.child(i, "det", "nmod:poss", "cop") != nlp.None {
		return nil
	}
	switch n.title.Kind {
	case "head-of-state", "head-of-government", "minister", "legislator", "judge", "nobility":
	default:
		return nil
	}
	if !r.refersBare(i) {
		return nil
	}
	var found *entity
	for _, e := range r.ents {
		if e.class != person || e.plural || !e.named || len(e.mentions) == 0 || n.title.Sex != "" && e.gender != "" && n.title.Sex != e.gender {
			continue
		}
		if !slices.ContainsFunc(e.titles, func(t role) bool { return t.title == n.title.Name }) {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	if found == nil || r.excluded(found, m) {
		return nil
	}
	return found
}

// refersBare reports whether an office without an article at token i stands
// where a person does: as subject, or in a row with one that has the article or
// a name.
func (r *resolver) refersBare(i int) bool {
	doc := r.doc
	for k := 0; k < 4; k++ {
		t := doc.Tokens[i]
		if t.Head < 0 {
			return false
		}
		switch {
		case nlp.HasRel(t.Deprel, "nsubj"):
			return true
		case nlp.HasRel(t.Deprel, "conj"):
			i = t.Head
			if h := r.at[i]; h != nlp.None && (doc.Mentions[h].Form == readout.FormName && r.of[h] != nil && r.of[h].class == person || r.nominals[h].definite && r.nominals[h].title != nil) {
				return true
			}
		default:
			return false
		}
	}
	return false
}

// byRole resolves "the president", "the Russian leader", "his Sollundish
// counterpart", "the spokesman".
func (r *resolver) byRole(m int) (*entity, string) {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	if r.lex.in("family", n.lemma) {
		return nil, ""
	}
	country := r.nominalCountry(m)
	var owner *entity
	if n.owner != nlp.None {
		owner = r.of[n.owner]
	}
	if n.lemma == "counterpart" {
		return r.counterpart(m, owner, country)
	}
	if n.title != nil && n.title.Kind == "person" {
		return nil, ""
	}
	// "Ered's spokesman", "the spokesman for the ministry" are told apart by
	// whom they speak for.
	if owner != nil && owner.class != state && owner.class != place && country == "" || n.of != nlp.None && country == "" {
		return nil, ""
	}
	var fit, open []candidate
	for _, e := range r.ents {
		if e.class != person || e.plural || len(e.mentions) == 0 || r.excluded(e, m) || !r.holds(e, n) {
			continue
		}
		if !r.before(e, i) || n.title != nil && n.title.Sex != "" && e.gender != "" && n.title.Sex != e.gender {
			continue
		}
		w := 0.01 + r.salience(e, i, 6)
		if country != "" && e.country != country && !slices.ContainsFunc(e.titles, func(t role) bool { return t.country == country }) {
			// Another country speaks against them, an unknown one leaves it
			// open.
			if e.country != "" || len(country) != 2 {
				continue
			}
			open = append(open, candidate{e, w})
			continue
		}
		// Where no country is named the own president is meant: that of the
		// speaker in a quotation, of the outlet outside.
		if home := r.homeAt(i); home != "" && country == "" && e.country == home {
			w *= homeBonus
		}
		fit = append(fit, candidate{e, w})
	}
	if len(fit) == 1 {
		return fit[0].e, "description-office"
	}
	if len(fit) > 1 {
		if e := best(fit, clear); e != nil {
			return e, "description-office-near"
		}
		return nil, ""
	}
	if len(open) == 1 {
		return open[0].e, "description-office-open"
	}
	if e := r.elegant(m, country); e != nil {
		return e, "description-variation"
	}
	if len(country) == 2 && r.date != "" {
		for _, t := range r.headTitles(n) {
			if h := r.kb.Holder(t, country, r.date); h != nil {
				return r.entryChain(h), "description-office-list"
			}
		}
	}
	return nil, ""
}

// elegant resolves a description that speaks and whose office the report has
// not told: "the presumptive nominee said" after the nominee was named. It is
// the one person near who stands out and has no office here that would speak
// against it.
func (r *resolver) elegant(m int, country string) *entity {
	n := &r.nominals[m]
	if !n.source || n.title == nil || n.plural {
		return nil
	}
	switch n.title.Kind {
	case "candidate", "legislator", "business", "head", "media", "academic", "activist":
	default:
		return nil
	}
	i := r.doc.Mentions[m].Head
	var cs []candidate
	for _, e := range r.ents {
		if e.class != person || e.plural || !e.named || len(e.mentions) == 0 || !r.before(e, i) || r.excluded(e, m) {
			continue
		}
		if country != "" && e.country != "" && e.country != country || n.title.Sex != "" && e.gender != "" && n.title.Sex != e.gender {
			continue
		}
		// Candidates hold other offices; otherwise two kinds do not go together.
		if n.title.Kind != "candidate" && slices.ContainsFunc(e.titles, func(t role) bool { return t.kind != n.title.Kind && t.kind != "candidate" }) {
			continue
		}
		cs = append(cs, candidate{e, r.salience(e, i, 2)})
	}
	// A quotation goes on with who spoke last, whoever was spoken of.
	if last := r.lastSpeaker(i); last != nil && slices.ContainsFunc(cs, func(c candidate) bool { return c.e == last }) {
		return last
	}
	return best(cs, clearIt)
}

// homeBonus weighs an office holder of the own country against others.
const homeBonus = 2.5

// homeAt is the country from which the words at token i speak, "" unknown.
func (r *resolver) homeAt(i int) string {
	if q := r.quoteOf[i]; q != nlp.None {
		if e := r.speakerNow(q); e != nil {
			return e.country
		}
		return ""
	}
	return r.home
}

// headTitles are the offices that a description may mean in the lists.
func (r *resolver) headTitles(n *nominal) []string {
	if n.title != nil && (n.title.Kind == "head-of-state" || n.title.Kind == "head-of-government" || n.title.Kind == "minister") {
		return []string{n.title.Name}
	}
	return nil
}

// entryChain is the chain of a person of the lists, made when there is none.
func (r *resolver) entryChain(h *kb.Entry) *entity {
	for _, e := range r.ents {
		if e.key == h.Key {
			return e
		}
	}
	e := r.newEntity(person, "list")
	e.entry, e.key, e.country, e.gender, e.typ = h, h.Key, h.Country, h.Gender, readout.Person
	return e
}

// before reports whether e is mentioned before token i.
func (r *resolver) before(e *entity, i int) bool {
	return len(e.mentions) > 0 && r.doc.Mentions[e.mentions[0]].Head < i
}

// counterpart resolves "his Russian counterpart": the holder of the owner's
// office, or of any such, in the other country.
func (r *resolver) counterpart(m int, owner *entity, country string) (*entity, string) {
	if country == "" {
		return nil, ""
	}
	i := r.doc.Mentions[m].Head
	var fit []candidate
	for _, e := range r.ents {
		if e.class != person || e == owner || e.plural || len(e.mentions) == 0 || e.country != country {
			continue
		}
		if owner != nil && !r.sameKind(owner, e) {
			continue
		}
		if !r.before(e, i) && r.doc.Mentions[m].Last < r.doc.Mentions[e.mentions[0]].First-2 {
			continue
		}
		fit = append(fit, candidate{e, 0.01 + r.salience(e, i, 6)})
	}
	if len(fit) == 1 {
		return fit[0].e, "description-counterpart"
	}
	return nil, ""
}

// sameKind reports whether the offices of a and b are of one kind, as far as
// known.
func (r *resolver) sameKind(a, b *entity) bool {
	ka, kb := r.kinds(a), r.kinds(b)
	if len(ka) == 0 || len(kb) == 0 {
		return true
	}
	for _, k := range ka {
		if slices.Contains(kb, k) {
			return true
		}
	}
	return false
}

func (r *resolver) kinds(e *entity) []string {
	var out []string
	add := func(k string) {
		if k == "head-of-government" {
			k = "head-of-state" // presidents and prime ministers are counterparts
		}
		if k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, t := range e.titles {
		add(t.kind)
	}
	if e.entry != nil {
		for _, t := range e.entry.Roles {
			if t.To != "" && r.date != "" && t.To < r.date {
				continue
			}
			if tt := r.kb.TitleOf(t.Title); tt != nil {
				add(tt.Kind)
			}
		}
	}
	return out
}

// bodyOf resolves "the agency", "the party".
func (r *resolver) bodyOf(m int, kind string) *entity {
	i := r.doc.Mentions[m].Head
	n := &r.nominals[m]
	if n.of != nlp.None || n.owner != nlp.None {
		return nil
	}
	country := n.country
	var cs []candidate
	for _, e := range r.ents {
		if e.class != body || len(e.mentions) == 0 || !e.named || r.excluded(e, m) {
			continue
		}
		if country != "" && e.country != "" && e.country != country {
			continue
		}
		switch {
		case e.entry != nil && (e.entry.Kind == kind || kind == "outlet" && e.entry.Type == kb.Outlet && e.entry.Kind != "platform" || kind == "company" && e.entry.Kind == "company"):
		case kind == "outlet" && e.typ == readout.Outlet:
		case e.entry == nil && kind != "outlet" && e.typ == readout.Organization && (kind == "company" || nameSays(e.name, n.lemma)):
		default:
			continue
		}
		if w := r.salience(e, i, nominalReach); w > 0 {
			cs = append(cs, candidate{e, w})
		}
	}
	return best(cs, clearIt)
}

// nameSays reports whether the name itself has the word: "the committee" for
// "Orrin Relief Committee".
func nameSays(name, lemma string) bool {
	return slices.Contains(kb.Words(name), lemma)
}

// placeOf resolves "the country", "the city".
func (r *resolver) placeOf(m int, kind string) *entity {
	i := r.doc.Mentions[m].Head
	n := &r.nominals[m]
	if n.country != "" && kind == "state" && n.owner == nlp.None {
		return nil
	}
	if n.of != nlp.None || n.owner != nlp.None {
		return nil
	}
	var cs []candidate
	for _, e := range r.ents {
		if len(e.mentions) == 0 || !e.named {
			continue
		}
		switch {
		case kind == "state" && e.class == state:
		case kind == "state" && e.class == place && e.entry == nil:
		case kind != "state" && e.class == place && (e.entry == nil || e.entry.Kind == kind || kind == "division" && e.entry.Kind == "territory"):
		default:
			continue
		}
		if w := r.salience(e, i, nominalReach); w > 0 {
			cs = append(cs, candidate{e, w})
		}
	}
	return best(cs, 2)
}

// sameWords finds the nameless chain that the same noun started: "a senior
// official", later "the official".
func (r *resolver) sameWords(m int) *entity {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	var found *entity
	for _, e := range r.ents {
		if e.named || e.key != "" || len(e.members) > 0 || len(e.mentions) == 0 || e.plural != n.plural {
			continue
		}
		first := e.mentions[0]
		f := &r.nominals[first]
		if f.lemma != n.lemma || f.phrase != n.phrase && n.phrase != n.lemma || r.doc.Mentions[first].Head >= i {
			continue
		}
		if n.country != "" && e.country != n.country || n.of != nlp.None && (f.of == nlp.None || r.of[f.of] != r.of[n.of]) || n.owner != nlp.None && (f.owner == nlp.None || r.of[f.owner] != r.of[n.owner]) {
			continue
		}
		if d := r.distance(r.doc.Tokens[r.doc.Mentions[e.mentions[len(e.mentions)-1]].Head].Sent, r.doc.Tokens[i].Sent); d > 6 {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	return found
}
