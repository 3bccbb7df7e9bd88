# SPDX-License-Identifier: Apache-2.0
"""Model providers and the services around them."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import base62, hexa, letters, lower, one_of, url64, uuid, word

_OPENAI = "platform.openai.com/docs: API keys"
_ANTHROPIC = "docs.anthropic.com: API keys"
_HUGGINGFACE = "huggingface.co/docs/hub: User access tokens"

KINDS = (
    token("openai-api-key", "sk-", base62(20), "T3BlbkFJ", base62(20), source=_OPENAI),
    token(
        "openai-project-key",
        one_of("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"),
        url64(20, 90),
        "T3BlbkFJ",
        url64(20, 90),
        source=_OPENAI,
    ),
    named("openai-legacy-key", "openai", "sk-", base62(40, 60), source=_OPENAI, floor=4.0),
    token("anthropic-api-key", "sk-ant-api03-", url64(93), "AA", source=_ANTHROPIC),
    token("anthropic-admin-key", "sk-ant-admin01-", url64(93), "AA", source=_ANTHROPIC),
    token("anthropic-oauth-token", one_of("sk-ant-oat01-", "sk-ant-ort01-"), url64(93), "AA", source=_ANTHROPIC),
    token("anthropic-session-key", "sk-ant-sid01-", url64(80, 140), "AA", source=_ANTHROPIC),
    token("huggingface-access-token", "hf_", letters(34), source=_HUGGINGFACE, floor=3.5),
    token("huggingface-organization-token", "api_org_", letters(34), source=_HUGGINGFACE, floor=3.5),
    named("cohere-api-key", "cohere co_api_key", base62(40), source="docs.cohere.com: API keys", floor=4.0),
    named("mistral-api-key", "mistral", base62(32), source="docs.mistral.ai: API keys", floor=4.0),
    token("groq-api-key", "gsk_", base62(52), source="console.groq.com/docs: API keys"),
    token("xai-api-key", "xai-", base62(80), source="docs.x.ai: API keys"),
    token("perplexity-api-key", "pplx-", base62(48, 56), source="docs.perplexity.ai: API keys"),
    token("replicate-api-token", "r8_", base62(37, 40), source="replicate.com/docs: API tokens"),
    named("together-api-key", "together_api together_ai togetherai", hexa(64), source="docs.together.ai"),
    token("together-key", "tgp_v1_", url64(43), source="docs.together.ai"),
    named("deepseek-api-key", "deepseek", "sk-", lower(32), source="api-docs.deepseek.com"),
    named(
        "dashscope-api-key",
        "dashscope qwen bailian",
        "sk-",
        lower(32),
        source="alibabacloud.com/help: Model Studio API key",
    ),
    named("moonshot-api-key", "moonshot kimi", "sk-", base62(48), source="platform.moonshot.ai/docs"),
    named("zhipu-api-key", "zhipu bigmodel glm", hexa(32), ".", base62(16), source="docs.bigmodel.cn"),
    token("fireworks-api-key", "fw_", base62(22, 24), source="docs.fireworks.ai: API keys", floor=3.6),
    token("elevenlabs-api-key", "sk_", hexa(48), source="elevenlabs.io/docs: authentication"),
    named(
        "elevenlabs-legacy-key", "elevenlabs eleven_labs xi-api-key xi_api_key", hexa(32), source="elevenlabs.io/docs"
    ),
    named("stability-api-key", "stability dreamstudio", "sk-", base62(48), source="platform.stability.ai/docs"),
    named("assemblyai-api-key", "assemblyai assembly_ai", hexa(32), source="assemblyai.com/docs"),
    named("deepgram-api-key", "deepgram", hexa(40), source="developers.deepgram.com"),
    token("openrouter-api-key", "sk-or-v1-", hexa(64), source="openrouter.ai/docs: authentication"),
    token("nvidia-api-key", "nvapi-", url64(60, 70), source="docs.nvidia.com: NGC API keys"),
    token("cerebras-api-key", "csk-", lower(48), source="inference-docs.cerebras.ai"),
    token("voyage-api-key", "pa-", url64(43), source="docs.voyageai.com", floor=4.0),
    token("jina-api-key", "jina_", base62(58, 66), source="jina.ai: API keys"),
    token("tavily-api-key", one_of("tvly-dev-", "tvly-prod-", "tvly-"), base62(32, 36), source="docs.tavily.com"),
    token("exa-api-key", "exa-", *uuid(), source="docs.exa.ai"),
    named("exa-legacy-key", "exa_api exaapi", *uuid(), source="docs.exa.ai"),
    token(
        "langsmith-api-key", one_of("lsv2_pt_", "lsv2_sk_"), hexa(32), "_", hexa(10), source="docs.smith.langchain.com"
    ),
    token("langsmith-legacy-key", "ls__", hexa(32), source="docs.smith.langchain.com"),
    token("langfuse-secret-key", "sk-lf-", *uuid(), source="langfuse.com/docs"),
    named("wandb-api-key", "wandb weights_and_biases", hexa(40), source="docs.wandb.ai: API keys"),
    token("wandb-key-v1", "wandb_v1_", word(60, 90), source="docs.wandb.ai: API keys"),
    token("pinecone-api-key", "pcsk_", word(60, 80), source="docs.pinecone.io: API keys"),
    named("pinecone-legacy-key", "pinecone", *uuid(), source="docs.pinecone.io: API keys"),
    named("roboflow-api-key", "roboflow", base62(20), source="docs.roboflow.com", floor=3.6),
    named("clarifai-pat", "clarifai", hexa(32), source="docs.clarifai.com: personal access tokens"),
    named("ai21-api-key", "ai21", base62(32), source="docs.ai21.com", floor=4.0),
    token("anyscale-api-key", "esecret_", lower(26), source="docs.anyscale.com"),
    token(
        "lambda-labs-api-key",
        "secret_",
        word(20, 60),
        ".",
        base62(30, 40),
        source="docs.lambda.ai: Cloud API",
        floor=4.0,
    ),
    token("runpod-api-key", "rpa_", base62(36, 50), source="docs.runpod.io: API keys"),
    token("modal-token-secret", "as-", base62(22), source="modal.com/docs: tokens", floor=3.8),
    token(
        "helicone-api-key",
        one_of("sk-helicone-", "pk-helicone-"),
        lower(7),
        "-",
        lower(7),
        "-",
        lower(7),
        "-",
        lower(7),
        source="docs.helicone.ai",
    ),
    token("firecrawl-api-key", "fc-", hexa(32), source="docs.firecrawl.dev"),
    token("cursor-api-key", one_of("crsr_", "key_"), hexa(64), source="cursor.com/docs: API keys"),
    token("llamacloud-api-key", "llx-", base62(48), source="docs.cloud.llamaindex.ai"),
    token("e2b-api-key", "e2b_", hexa(40), source="e2b.dev/docs: API key"),
    named("serpapi-key", "serpapi serp_api", hexa(64), source="serpapi.com"),
    token("friendli-token", "flp_", base62(46), source="friendli.ai/docs"),
)
