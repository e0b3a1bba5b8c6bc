# People at work: each sends a request, waits for the answer, thinks a while and sends the next. One
# who is refused comes back when the answer says that it is worth while.
#   --users 20            how many they are
#   --think 200           milliseconds that they think on average
#   --model resnet50_v2   the model
#   --slo 100             the objective in milliseconds
from math import log

from clockwork import afterMillis, argsWith, infer, load, random

args = argsWith(users=20, think=200, model="resnet50_v2", slo=100)

name = load(args.model)[0]


async def user():
    while True:
        await afterMillis(-log(1 - random()) * args.think)
        answer = await infer(name, sloMillis=args.slo)
        if answer.status == "refused":
            await afterMillis(answer.retryAfterMillis)


for _ in range(args.users):
    afterMillis(0, user)
