// Package helm keeps the schema of the chart's values true to the exporter.
package helm

//go:generate go run ./generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// Schema is the file that says which values the chart takes.
const Schema = "lync-exporter/values.schema.json"

const configuration = "../../collector/config/lync.schema.json"

// FreshSchema is the schema of the chart's values with that of lync.yml as it is
// today, so that Helm refuses a configuration that the exporter would not take.
func FreshSchema() ([]byte, error) {
	values, err := object(Schema)
	if err != nil {
		return nil, err
	}
	config, err := object(configuration)
	if err != nil {
		return nil, err
	}
	properties, ok := values["properties"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s has no properties", Schema)
	}
	values["$defs"] = config["$defs"]
	for _, key := range []string{"$schema", "$id", "$defs", "title"} { // of a whole schema
		delete(config, key)
	}
	properties["config"] = config
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(values)
	return text.Bytes(), err
}

func object(file string) (map[string]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var o map[string]any
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return o, nil
}
