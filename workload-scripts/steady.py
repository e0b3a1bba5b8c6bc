# Requests at a steady rate, evenly spaced, to copies of one model in turn.
#   --rate 100            requests per second in all
#   --model resnet50_v2   the model
#   --copies 1            so many copies of it, each a model of its own
#   --slo 100             the objective in milliseconds
from clockwork import argsWith, everyMillis, infer, load

args = argsWith(rate=100, model="resnet50_v2", copies=1, slo=100)

names = load(args.model, args.copies)
sent = 0


def send():
    global sent
    infer(names[sent % len(names)], sloMillis=args.slo)
    sent += 1


everyMillis(1000 / args.rate, send)
