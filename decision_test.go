package readout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// filled is a decision in which every field has a value of its own.
func filled() readout.Decision {
	n := 0
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		n++
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(time.Date(2031, 5, 2, 9, 0, n, 0, time.UTC)))
		case v.Kind() == reflect.String:
			v.SetString(fmt.Sprintf("<value> & \u2028 “%d”", n))
		case v.CanInt():
			v.SetInt(int64(n))
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		case v.Kind() == reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fill(v.Index(0))
			fill(v.Index(1))
		default:
			panic(v.Type())
		}
	}
	var d readout.Decision
	fill(reflect.ValueOf(&d).Elem())
	return d
}

// TestDecisionForgetsNothing: every field is in the log, and in what its hash is
// taken of.
func TestDecisionForgetsNothing(t *testing.T) {
	want := filled()
	b, err := json.Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	var got readout.Decision
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	was := want.Sum()
	var change func(v reflect.Value, path string)
	change = func(v reflect.Value, path string) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(time.Second)))
		case v.Kind() == reflect.String:
			v.SetString(v.String() + "x")
		case v.CanInt():
			v.SetInt(v.Int() + 1)
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				change(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
			return
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				change(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
			v.Set(v.Slice(0, v.Len()-1))
		}
		if (want.Sum() == was) != (path == ".Hash") {
			t.Errorf("%s: the hash does not tell that it was changed, or takes itself in", path)
		}
		v.Set(old)
	}
	change(reflect.ValueOf(&want).Elem(), "")
	if !strings.HasPrefix(string(want.Canonical()), `{"seq":`) || strings.Contains(string(want.Canonical()), want.Hash) {
		t.Errorf("canonical form %s", want.Canonical())
	}
}

func TestDecisionUnknownMember(t *testing.T) {
	var d readout.Decision
	err := json.Unmarshal([]byte(`{"seq":1,"at":"2031-05-02T09:00:00Z","by":"ana","kind":"note","prev":"","unless":"x"}`), &d)
	if !errors.Is(err, readout.ErrDecision) {
		t.Errorf("a member of a later version: %v", err)
	}
}

// A place in a report begins before it ends, and not before the report.
func TestDecisionPlaces(t *testing.T) {
	for _, c := range []struct {
		span, trigger readout.Span
		good          bool
	}{
		{readout.Span{Start: 0, End: 5}, readout.Span{}, true},
		{readout.Span{Start: 0, End: 5}, readout.Span{Start: 7, End: 9}, true},
		{readout.Span{Start: -1, End: 5}, readout.Span{}, false},
		{readout.Span{Start: 0, End: 5}, readout.Span{Start: -3, End: 2}, false},
		{readout.Span{Start: 0, End: 5}, readout.Span{Start: 4, End: 3}, false},
	} {
		d := readout.Decision{By: "ana", Kind: readout.DecideWithdraw, About: []readout.Target{{Kind: "event", ID: "v1", Evidence: []readout.Anchor{{
			Evidence: readout.Evidence{Report: "r1", Span: c.span}, Trigger: c.trigger,
		}}}}}
		if err := d.Check(); (err == nil) != c.good || err != nil && !errors.Is(err, readout.ErrDecision) {
			t.Errorf("%+v, %+v: %v", c.span, c.trigger, err)
		}
	}
}

func TestCheckChain(t *testing.T) {
	var list []readout.Decision
	prev := ""
	for i := range 5 {
		d := readout.Decision{Seq: int64(i + 1), At: time.Unix(int64(i), 0).UTC(), By: "ana", Kind: readout.DecideNote, Prev: prev}
		d.Hash = d.Sum()
		prev = d.Hash
		list = append(list, d)
	}
	if err := readout.CheckChain(list); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]readout.Decision{
		"removed":     append(append([]readout.Decision{}, list[:2]...), list[3:]...),
		"first gone":  list[1:],
		"two swapped": {list[0], list[2], list[1], list[3], list[4]},
		"put in":      {list[0], list[1], list[1], list[2], list[3], list[4]},
	} {
		if err := readout.CheckChain(bad); !errors.Is(err, readout.ErrLog) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list[3].Why = "another reason"
	if err := readout.CheckChain(list); !errors.Is(err, readout.ErrLog) || !strings.Contains(err.Error(), "decision 4") {
		t.Errorf("edited: %v", err)
	}
	list[3].Hash = list[3].Sum()
	if err := readout.CheckChain(list); !errors.Is(err, readout.ErrLog) || !strings.Contains(err.Error(), "decision 5") {
		t.Errorf("edited with its hash: %v", err)
	}
}
