package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/wire"
)

// Programs decide as people do: the queue, an answer, the log, and back.
func TestDecideByAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the models")
	}
	src := livetest.Started(t, live.Options{})
	a, err := New(src, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	schema := contract(t, a)
	var queue wire.List[wire.ReviewItem]
	list := func() []wire.ReviewItem {
		t.Helper()
		res := ask(t, a, "GET", Base+"/review?kind=same-person", "")
		if err := json.Unmarshal(res.Body.Bytes(), &queue); err != nil || res.Code != 200 {
			t.Fatalf("%d %v: %s", res.Code, err, res.Body)
		}
		return queue.Items
	}
	x := list()[0]
	post := func(path, body string, status int, says string) wire.Decided {
		t.Helper()
		res := ask(t, a, "POST", Base+path, body, "Content-Type", "application/json")
		if res.Code != status || !strings.Contains(res.Body.String(), says) {
			t.Fatalf("%s: %d, want %d with %q: %s", path, res.Code, status, says, res.Body)
		}
		if status != http.StatusOK {
			return wire.Decided{}
		}
		valid(t, schema("ThingDecided"), res.Body.Bytes())
		var out wire.Thing[wire.Decided]
		if err := json.Unmarshal(res.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		if out.Item.Job != nil {
			<-src.Job(*out.Item.Job).Done()
		}
		return out.Item
	}
	post("/review/"+x.ID, `{"do":"withdraw"}`, http.StatusUnprocessableEntity, "nothing that can be done here")
	post("/review/"+x.ID, `{"answer":"yes"}`, http.StatusBadRequest, "answer")
	post("/review/w0000000000000000", `{"do":"accept"}`, http.StatusNotFound, "nothing that waits")
	post("/decide/"+x.Sides[0].ID, `{"do":"merge","with":["v0000000000000000"]}`, http.StatusUnprocessableEntity, "is no entity")
	done := post("/review/"+x.ID, `{"do":"accept","why":"one union"}`, http.StatusOK, "Made one")
	if done.Decision.Seq != 1 || done.Decision.Item == nil || *done.Decision.Item != x.ID || done.Job == nil {
		t.Errorf("decided: %+v", done)
	}
	if got := list(); len(got) > 0 && got[0].ID == x.ID {
		t.Error("it waits though it was answered")
	}
	post("/decisions/1/undo", `{"why":"wrong"}`, http.StatusOK, "Took back decision 1")
	post("/decisions/1/undo", `{}`, http.StatusUnprocessableEntity, "was taken back by decision 2")
	post("/decisions/7/undo", `{}`, http.StatusNotFound, "decision 7")
	if got := list(); len(got) == 0 || got[0].ID != x.ID {
		t.Error("undone, it does not wait")
	}

	// A decision lengthens the log and shortens the queue: a cursor of the lists
	// before would give an item twice or leave one out.
	next := func(path string) string {
		t.Helper()
		var page struct{ Next *string }
		res := ask(t, a, "GET", Base+path, "")
		if err := json.Unmarshal(res.Body.Bytes(), &page); err != nil || page.Next == nil {
			t.Fatalf("%s: %v: %s", path, err, res.Body)
		}
		return path + "&cursor=" + *page.Next
	}
	decisions, waiting := next("/decisions?limit=1"), next("/review?limit=1")
	for _, path := range []string{decisions, waiting} {
		if res := ask(t, a, "GET", Base+path, ""); res.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, res.Code, res.Body)
		}
	}
	post("/decide/"+x.Sides[0].ID, `{"do":"note","why":"ask again"}`, http.StatusOK, "ask again")
	if res := ask(t, a, "GET", Base+decisions, ""); res.Code != http.StatusGone || !strings.Contains(res.Body.String(), "without cursor") {
		t.Errorf("decisions after a note: %d %s", res.Code, res.Body)
	}
	waiting = next("/review?limit=1")
	post("/review/"+x.ID, `{"do":"reject","why":"two unions"}`, http.StatusOK, "two unions")
	if res := ask(t, a, "GET", Base+waiting, ""); res.Code != http.StatusGone {
		t.Errorf("the queue after a decision: %d %s", res.Code, res.Body)
	}
}
