package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
)

// A decision that was noted and could not be taken into the record is not shown
// as if it were in.
func TestDecisionNotTakenIn(t *testing.T) {
	src := livetest.Started(t, live.Options{Now: func() time.Time { return today }, Wait: time.Minute, Exclusive: func(context.Context) (func(), error) {
		return nil, errors.New("the disk is full")
	}})
	h, err := New(src, Options{Version: "test", Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	event := src.Now().Record.Events[0]
	res, err := srv.Client().PostForm(srv.URL+"/decide/"+event.ID, url.Values{"do": {"withdraw"}, "why": {"a test"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if page := string(b); res.StatusCode != http.StatusOK || !strings.Contains(page, "not in the record yet: the disk is full.") {
		t.Errorf("%s, %s: %s", res.Status, res.Request.URL, page)
	}
}
