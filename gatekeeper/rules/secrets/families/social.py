# SPDX-License-Identifier: Apache-2.0
"""Social networks, media and games."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import any64, base62, digits, hexa, lower, of, one_of, url64

_FACEBOOK = "developers.facebook.com: access tokens"
_TWITTER = "docs.x.com: authentication"

KINDS = (
    token("facebook-page-access-token", one_of("EAAM", "EAAC"), base62(100, 300), source=_FACEBOOK, floor=4.0),
    token("facebook-access-token", "EAA", base62(60, 300), source=_FACEBOOK, floor=4.0),
    named("facebook-secret", "facebook fb_app fb_secret", hexa(32), source=_FACEBOOK),
    token("instagram-access-token", one_of("IGQV", "IGAA"), url64(80, 240), source=_FACEBOOK, floor=4.0),
    named("twitter-api-key", "twitter", lower(25), source=_TWITTER),
    named("twitter-api-secret", "twitter", lower(50), source=_TWITTER),
    named("twitter-consumer-secret", "twitter consumer_secret", base62(50), source=_TWITTER, floor=4.0),
    named("twitter-access-token", "twitter access_token", digits(15, 25), "-", base62(20, 40), source=_TWITTER),
    named("twitter-access-secret", "twitter access_token_secret", lower(45), source=_TWITTER),
    named("twitter-access-secret-mixed", "twitter access_token_secret", base62(45), source=_TWITTER, floor=4.0),
    named(
        "linkedin-client-id",
        "linkedin linked_in linked-in",
        lower(14),
        source="learn.microsoft.com/linkedin",
        floor=2.5,
    ),
    named(
        "linkedin-client-secret",
        "linkedin linked_in linked-in",
        base62(16),
        source="learn.microsoft.com/linkedin",
        floor=3.0,
    ),
    token(
        "linkedin-secret-v2", "WPL_AP", digits(1), ".", base62(16), ".", any64(8), source="learn.microsoft.com/linkedin"
    ),
    token("pinterest-access-token", "pina_", base62(60, 140), source="developers.pinterest.com"),
    named("reddit-client-secret", "reddit", url64(27, 30), source="github.com/reddit-archive: OAuth2", floor=3.8),
    named("tiktok-client-secret", "tiktok", hexa(32, 40), source="developers.tiktok.com"),
    named("twitch-api-token", "twitch", lower(30), source="dev.twitch.tv/docs: authentication"),
    token("twitch-oauth-token", "oauth:", lower(30), source="dev.twitch.tv/docs: chat authentication"),
    named("spotify-client-secret", "spotify", hexa(32), source="developer.spotify.com"),
    named("strava-client-secret", "strava", hexa(40), source="developers.strava.com"),
    named("foursquare-secret", "foursquare", "fsq3", any64(44), source="docs.foursquare.com"),
    named("foursquare-client-secret", "foursquare", base62(48), source="docs.foursquare.com", floor=4.0),
    named("flickr-access-token", "flickr", lower(32), source="flickr.com/services/api"),
    named("tumblr-consumer-secret", "tumblr", base62(50), source="tumblr.com/docs", floor=4.0),
    named("giphy-api-key", "giphy", base62(32), source="developers.giphy.com", floor=3.8),
    named("unsplash-access-key", "unsplash", url64(43), source="unsplash.com/documentation", floor=4.0),
    named("nytimes-access-token", "nytimes new-york-times newyorktimes", any64(32), source="developer.nytimes.com"),
    named("newsapi-key", "newsapi news_api", hexa(32), source="newsapi.org/docs"),
    named("lastfm-api-secret", "lastfm last_fm", hexa(32), source="last.fm/api"),
    named("tmdb-api-key", "tmdb themoviedb", hexa(32), source="developer.themoviedb.org"),
    named("vk-service-token", "vk_ vkontakte", "vk1.a.", url64(180, 230), source="dev.vk.com"),
    token("vk-access-token", "vk1.a.", url64(180, 230), source="dev.vk.com"),
    named("weibo-app-secret", "weibo", hexa(32), source="open.weibo.com"),
    named("wechat-app-secret", "wechat weixin wx_secret", hexa(32), source="developers.weixin.qq.com"),
    named("kakao-rest-api-key", "kakao", hexa(32), source="developers.kakao.com"),
    named("naver-client-secret", "naver", base62(10), source="developers.naver.com", floor=3.0),
    token("patreon-access-token", "patreon_", url64(43), source="docs.patreon.com"),
    named("vimeo-access-token", "vimeo", hexa(32), source="developer.vimeo.com"),
    named("soundcloud-client-secret", "soundcloud", base62(32), source="developers.soundcloud.com", floor=3.8),
    named("imgur-client-secret", "imgur", hexa(40), source="apidocs.imgur.com"),
    token("mapillary-token", "MLY|", digits(14, 18), "|", hexa(32), source="mapillary.com/developer"),
    named("yelp-api-key", "yelp", url64(128), source="docs.developer.yelp.com", floor=4.0),
    named(
        "facebook-app-token", "facebook", digits(15, 16), "|", url64(27, 40), source=_FACEBOOK, floor=3.8, loose=True
    ),
    token(
        "twitter-bearer-token",
        "AAAAAAAAAAAAAAAAAAAAA",
        of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%+/_=.-", 60, 120),
        source=_TWITTER,
        floor=3.5,
    ),
)
