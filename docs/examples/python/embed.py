"""Text in, embeddings out: how alike sentences are, by a model that a Clockwork server runs.

    pip install tokenizers numpy "tritonclient[http]"
    python embed.py --tokenizer tokenizer.json "A man plays guitar." "Someone makes music." "Stocks fell."

Each sentence is sent at its own length; the server pads it to the next of its sequence lengths and cuts
the answer back. docs/variable-lengths.md says how to serve the model.
"""

import argparse

import numpy as np
import tritonclient.http as http
from tokenizers import Tokenizer

SENTENCES = [
    "A man is playing a guitar on stage.",
    "Someone performs music with a guitar.",
    "The stock market fell sharply today.",
]


def tensors(encoding, names):
    """One row for each input of the model, as long as the sentence is."""
    values = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    inputs = []
    for name in names:
        row = np.array([values[name]], dtype=np.int64)
        tensor = http.InferInput(name, list(row.shape), "INT64")
        tensor.set_data_from_numpy(row)
        inputs.append(tensor)
    return inputs


def embed(client, model, tokenizer, sentence, slo_us):
    """The mean of the states of all tokens, of length 1."""
    names = [tensor["name"] for tensor in client.get_model_metadata(model)["inputs"]]
    inputs = tensors(tokenizer.encode(sentence), names)
    answer = client.infer(model, inputs, parameters={"slo_us": slo_us})
    states = answer.as_numpy("last_hidden_state")[0]  # as many as the sentence has tokens
    mean = states.mean(axis=0)
    return mean / np.linalg.norm(mean)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--url", default="localhost:8000", help="of the server's REST door")
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--tokenizer", required=True, help="the model's tokenizer.json")
    parser.add_argument("--max-tokens", type=int, default=256, help="the longest that the model takes; what is beyond is cut")
    parser.add_argument("--slo-us", type=int, default=500_000, help="answer within so many microseconds")
    parser.add_argument("sentences", nargs="*", default=SENTENCES)
    options = parser.parse_args()

    client = http.InferenceServerClient(options.url)
    tokenizer = Tokenizer.from_file(options.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(options.max_tokens)

    embeddings = [
        embed(client, options.model, tokenizer, sentence, options.slo_us) for sentence in options.sentences
    ]
    for i, one in enumerate(options.sentences):
        for j in range(i + 1, len(options.sentences)):
            print(f"{embeddings[i] @ embeddings[j]:6.3f}  {one}  |  {options.sentences[j]}")


if __name__ == "__main__":
    main()
