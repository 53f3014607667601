package names

import "github.com/readout-news/readout/internal/ml/crf"

// window knows how each word is used elsewhere in the document: names come
// back, and one place often tells what another leaves open (Ratinov and Roth
// 2009, "context aggregation").
type window struct {
	uses map[uint64]*usage // by word.low
}

// usage counts the places of one word.
type usage struct {
	upper  int     // capitalised
	inner  int     // … not at the start of a normal sentence
	lower  int     // not capitalised
	places []place // the first maxPlaces capitalised ones in normal sentences
}

// maxPlaces bounds the places whose neighbours become features.
const maxPlaces = 4

// place is one capitalised use and the run of capitalised words around it.
type place struct {
	sentence, token int
	left, right     uint64 // words beside it
	leftClass       uint64
	rightClass      uint64
	head, tail      uint64 // first and last word of the run, 0 when it is the word itself
	headClass       uint64
	known           uint64 // what the first word of the run may be, of the lists
}

const middle = 1 // level of the classes used for the neighbours

func newWindow(sents [][]word, kinds []casing) *window {
	win := &window{uses: map[uint64]*usage{}}
	for s, words := range sents {
		if kinds[s] == shouted {
			continue // says nothing about capitals
		}
		from := 0 // start of the run that word i is in
		for i := range words {
			w := &words[i]
			if !w.letter {
				continue
			}
			u := win.uses[w.low]
			if u == nil {
				u = &usage{}
				win.uses[w.low] = u
			}
			if !w.upper {
				if kinds[s] == normal {
					u.lower++
				}
				continue
			}
			if i == 0 || !words[i-1].upper {
				from = i
			}
			u.upper++
			if i == 0 || kinds[s] == titled {
				continue
			}
			u.inner++
			if len(u.places) >= maxPlaces {
				continue
			}
			to := i
			for to+1 < len(words) && words[to+1].upper {
				to++
			}
			p := place{sentence: s, token: i, left: words[i-1].low, leftClass: words[i-1].class[middle], right: edge.low, rightClass: edge.class[middle]}
			if i+1 < len(words) {
				p.right, p.rightClass = words[i+1].low, words[i+1].class[middle]
			}
			if from < i {
				h := &words[from]
				p.head, p.headClass = h.low, h.class[middle]
				p.known = uint64(h.starts)
			}
			if to > i {
				p.tail = words[to].low
			}
			u.places = append(u.places, p)
		}
	}
	return win
}

// calm takes the capitals of a shouted sentence for what the rest of the
// document does with the word: a word seen with a small letter only is no
// name, one seen capitalised is. Others keep a shape of their own.
func (win *window) calm(words []word) {
	for i := range words {
		w := &words[i]
		if !w.letter {
			continue
		}
		w.form = w.low
		u := win.uses[w.low]
		switch {
		case u != nil && u.inner > 0:
			w.shape = crf.HashString("^Xx")
			w.upper = true
		case u != nil && u.lower > 0:
			w.shape = crf.HashString("^xx")
			w.upper = false
		default:
			w.shape = crf.HashString("^XX")
			w.upper = false
		}
	}
}

// features adds what the other places of word i tell.
func (win *window) features(b *crf.Builder, words []word, i, sentence int) {
	w := &words[i]
	if !w.letter {
		return
	}
	u := win.uses[w.low]
	if u == nil {
		return
	}
	if !w.upper {
		if u.inner > 0 {
			b.Add(tWindow+12, min(uint64(u.inner), 3))
		}
		return
	}
	b.Add(tWindow, min(uint64(u.upper), 4))
	if u.lower > 0 {
		if u.lower > u.upper {
			b.Add(tWindow+1, 2)
		} else {
			b.Add(tWindow+1, 1)
		}
	}
	if u.inner > 0 && i == 0 {
		b.Add(tWindow+2, 1)
	} else if u.inner > 0 {
		b.Add(tWindow+2, 2)
	}
	for k := range u.places {
		p := &u.places[k]
		if p.sentence == sentence && p.token == i {
			continue
		}
		b.Add(tWindow+3, p.left)
		b.Add(tWindow+4, p.right)
		b.Add(tWindow+5, p.leftClass)
		b.Add(tWindow+6, p.rightClass)
		b.Add(tWindow+7, p.head)
		b.Add(tWindow+8, p.tail)
		b.Add(tWindow+9, p.headClass)
		b.Add(tWindow+10, p.known)
		if p.head == 0 && p.tail == 0 {
			b.Add(tWindow+11, 1)
		}
	}
}
