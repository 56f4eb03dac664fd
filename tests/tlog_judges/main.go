// Command judge checks a log with software that nobody of this project wrote: Go's own
// golang.org/x/mod/sumdb/note (signed notes) and tlog (Merkle trees over tiles).
//
// It reads the checkpoint at URL/checkpoint, tiles and entry bundles (C2SP tlog-tiles), proves the
// inclusion of every entry and the consistency with an older checkpoint itself, and prints what it
// found as JSON. It exits with 1 and names the part when something does not hold.
//
//	judge -url http://127.0.0.1:8080/log -vkey origin+1234abcd+AQ… [-old checkpoint-file]
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

type verdict struct {
	Origin      string     `json:"origin"`
	Size        int64      `json:"size"`
	Root        string     `json:"root"`
	Leaves      []string   `json:"leaves"`
	Inclusion   [][]string `json:"inclusion"`
	Consistency []string   `json:"consistency"`
}

func main() {
	url := flag.String("url", "", "where the log's resources are")
	vkey := flag.String("vkey", "", "the key that signs its checkpoints")
	old := flag.String("old", "", "a file with an older checkpoint")
	flag.Parse()
	verdict, err := judge(strings.TrimSuffix(*url, "/"), *vkey, *old)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdict); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge(url, vkey, old string) (*verdict, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	message, err := get(url + "/checkpoint")
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	tree, err := open(message, verifier)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	// The reader of x/mod checks every tile against the root before it gives out a hash.
	hashes := tlog.TileHashReader(tree, tiles{url: url})
	leaves, err := entries(url, tree.N)
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	found := &verdict{Origin: verifier.Name(), Size: tree.N, Root: text(tree.Hash)}
	for index, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(index), hashes)
		if err != nil {
			return nil, fmt.Errorf("inclusion of %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf); err != nil {
			return nil, fmt.Errorf("inclusion of %d: %w", index, err)
		}
		found.Leaves = append(found.Leaves, text(leaf))
		found.Inclusion = append(found.Inclusion, texts(proof))
	}
	if old != "" {
		proof, err := consistency(old, verifier, tree, hashes)
		if err != nil {
			return nil, fmt.Errorf("consistency: %w", err)
		}
		found.Consistency = texts(proof)
	}
	return found, nil
}

func consistency(file string, verifier note.Verifier, tree tlog.Tree, hashes tlog.HashReader) (tlog.TreeProof, error) {
	message, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	before, err := open(message, verifier)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveTree(tree.N, before.N, hashes)
	if err != nil {
		return nil, err
	}
	return proof, tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash)
}

// open reads a checkpoint: origin, size and root, a line each (C2SP tlog-checkpoint).
func open(message []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("this is not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// tiles reads hash tiles over HTTP for x/mod, whose paths have the height in front.
type tiles struct{ url string }

func (t tiles) Height() int { return height }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, 0, len(wanted))
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		data, err := get(t.url + "/" + path)
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// entries reads every bundle and gives the record hash of each entry in it.
func entries(url string, size int64) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for first := int64(0); first < size; first += width {
		count := size - first
		if count > width {
			count = width
		}
		tile := tlog.Tile{H: height, L: -1, N: first / width, W: int(count)}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/data/", height))
		bundle, err := get(url + "/" + path)
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends inside an entry", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, tlog.RecordHash(bundle[2:end]))
			bundle = bundle[end:]
		}
	}
	if int64(len(leaves)) != size {
		return nil, fmt.Errorf("there are %d entries, not %d", len(leaves), size)
	}
	return leaves, nil
}

func get(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}

func text(hash tlog.Hash) string { return base64.StdEncoding.EncodeToString(hash[:]) }

func texts(hashes []tlog.Hash) []string {
	written := []string{}
	for _, hash := range hashes {
		written = append(written, text(hash))
	}
	return written
}
