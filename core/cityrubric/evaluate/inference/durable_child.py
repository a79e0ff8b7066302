"""The process in which durable-rules runs: one rulebook, one city per line, nothing of ours imported.

Lines of JSON come in and go out. The first holds the rulebook, each further one the facts of a city as JSON texts; the
answer holds the ids of what follows from them. Every city has a session of its own, which is begun by a sentinel (a
session in which nothing has fired cannot be deleted safely) and deleted whatever happens. Facts go in one by one; what
a rule asserts is asserted here, so that a failure is seen and nothing runs behind our back.
"""

import json
import sys

NOT_MATCHED, OBSERVED = 1, 2
SENTINEL = '{"k": "sentinel"}'


class Session:
    """One city in the library."""

    def __init__(self, engine, handle, heads, name):
        self.engine, self.handle, self.heads, self.name = engine, handle, heads, name
        self.waiting, self.found, self.count = [], {}, 0

    def run(self, facts):
        """Assert all facts and everything that follows; return the ids of the findings."""
        try:
            for fact in [SENTINEL, *facts]:
                self.put(fact)
                while self.waiting:
                    self.put(self.waiting.pop())
        finally:
            self.engine.delete_state(self.handle, self.name)
        return sorted(self.found)

    def put(self, fact):
        """Assert one fact under an identity of our own, and take note of every rule that fires."""
        self.count += 1
        text = f'{fact[:-1]}, "sid": "{self.name}", "id": "{self.count}"}}'
        code, state = self.engine.assert_fact(self.handle, text)
        if code == OBSERVED:
            raise RuntimeError(f"a fact was taken for another: {fact}")
        if code == NOT_MATCHED:
            return
        started = self.engine.start_action_for_state(self.handle, state)
        message = started and started[1]
        while message:
            for name, matched in json.loads(message).items():
                self.fired(name, matched)
            message = self.engine.complete_and_start_action(self.handle, state)

    def fired(self, name, matched):
        """Note a finding, and queue the fact that it is."""
        head = self.heads.get(name)
        if head is None:
            return
        bound = {variable: matched[place][key] for variable, place, key in head["variables"]}
        id_ = "/".join([head["rule"], *bound.values()])
        if id_ not in self.found:
            self.found[id_] = True
            if head["builds"]:
                finding = {"k": "finding", "rule": head["rule"], "kind": head["kind"], **bound}
                self.waiting.append(json.dumps(finding, ensure_ascii=False))


def main():
    """Answer until nothing more is asked."""
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    handle, heads, engine, count = None, {}, None, 0
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if "rules" in question:
                import durable_rules_engine as engine  # here, so that a broken installation is an answer

                rules = {"sentinel": {"all": [{"m0": {"k": "sentinel"}}]}, **question["rules"]}
                handle, heads = (
                    engine.create_ruleset("rubric", json.dumps(rules, ensure_ascii=False)),
                    question["heads"],
                )
                answer = {"ready": True}
            else:
                count += 1
                answer = {"findings": Session(engine, handle, heads, f"c{count}").run(question["facts"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
