package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/readout-news/readout"
)

// Fill sets every field of what p points to, at any depth, to a value of its
// own, none of them zero; lists and maps get two elements. A store that loses
// a field, now or when one is added, cannot give such a value back.
func Fill(p any) {
	n := 0
	fill(reflect.ValueOf(p).Elem(), &n)
}

func fill(v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2031, 5, 2, 0, 0, *n, 0, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d\x00é", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Uint8:
		v.SetUint(uint64(*n%255 + 1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(k, n)
			fill(e, n)
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic(fmt.Sprintf("storetest: cannot fill a %s", v.Type()))
	}
}

// agree makes a filled record one that can be: an issue lists the positions that
// name it, an utterance the statements, and nothing else that the record has.
func agree(rec *readout.Record) {
	for _, x := range rec.Issues {
		x.Positions = slices.DeleteFunc(x.Positions, func(id string) bool {
			return slices.ContainsFunc(rec.Positions, func(p *readout.Position) bool { return p.ID == id })
		})
	}
	for _, x := range rec.Utterances {
		x.Variants = slices.DeleteFunc(x.Variants, func(v readout.Variant) bool {
			return slices.ContainsFunc(rec.Statements, func(s *readout.Statement) bool { return s.ID == v.Statement })
		})
	}
	for i, p := range rec.Positions {
		if p.Issue == "" || len(rec.Issues) == 0 || rec.Issues[i%len(rec.Issues)].ID == "" {
			p.Issue = ""
			continue
		}
		x := rec.Issues[i%len(rec.Issues)]
		p.Issue, x.Positions = x.ID, append(x.Positions, p.ID)
	}
	for i, s := range rec.Statements {
		if s.Utterance == "" || len(rec.Utterances) == 0 {
			s.Utterance = ""
			continue
		}
		x := rec.Utterances[i%len(rec.Utterances)]
		s.Utterance, x.Variants = x.ID, append(x.Variants, readout.Variant{Statement: s.ID, Kind: "same"})
	}
}
