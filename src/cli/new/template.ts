/** What a new lesson consists of: the smallest that shows each part, and works. */

export function textTemplate(title: string): string {
  return `---
title: ${title}
summary: What this lesson is about, in a sentence for the catalogue.
minutes: 10
objectives:
  - Run a Pod, and say whether it is ready
images:
  - ordinal/kubia:1
---

## Run a Pod {#run}

Text that leads to the one idea of this step. A Pod without a controller is the smallest thing that runs.

\`\`\`sh
kubectl run pet --image=ordinal/kubia:1
\`\`\`

\`\`\`sh
kubectl get pods
\`\`\`

:::note
What has been seen, and why it is so. \`READY\` counts the containers that are ready, and how many there are.
:::
`;
}

/** @param schema its path from the lesson's folder */
export function checksTemplate(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
steps:
  run:
    tasks:
      - id: running
        title: Run the Pod pet
        object: pod/pet
        assert: ready(object)
        why: What comes next needs a Pod that is ready.
        try: Run the first command of this step. The image takes a moment.
        explain:
          - id: image
            when: object.status.containerStatuses.exists(c, c.state.waiting.reason in ["ErrImagePull", "ImagePullBackOff"])
            try: Delete the Pod and run it again with the image of this step.
        hints:
          - The command is named after what it does.
          - It is \`kubectl run\`, and takes a name and an \`--image\`.
          - |
            \`\`\`sh
            kubectl run pet --image=ordinal/kubia:1
            \`\`\`
        wrong:
          - name: An image that does not exist
            run: kubectl run pet --image=ordinal/nothing:1
            explain: image
`;
}
