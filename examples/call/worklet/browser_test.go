package worklet

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	path, err := Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h, err := Handler(path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	got := make(chan []byte, 1)
	mux.Handle("/worklet/", http.StripPrefix("/worklet", h))
	mux.Handle("/", http.FileServer(http.Dir("testdata")))
	mux.HandleFunc("POST /result", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- b
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	wav, _ := filepath.Abs("../../../testdata/noisy_rain_48k.wav")
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--use-file-for-fake-audio-capture="+wav, "--autoplay-policy=no-user-gesture-required",
		srv.URL+"/page.html?seconds="+os.Getenv("SECONDS_"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case b := <-got:
		var v any
		json.Unmarshal(b, &v)
		os.WriteFile("/tmp/q6/worklet/result.json", b, 0o666)
		t.Log(len(b))
	case <-time.After(120 * time.Second):
		t.Error("timeout")
	}
	cmd.Process.Kill()
	cmd.Wait()
}
